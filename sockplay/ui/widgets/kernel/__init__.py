"""The kernel's screen: gauges, numbers with their help, the diagram of TCP's states."""
