"""Plain data that every room shares: calls, sockets, addresses, errors."""
