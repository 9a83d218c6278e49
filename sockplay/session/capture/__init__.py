"""Packets of a session for Wireshark and its kin, and sessions from the captures of others."""
