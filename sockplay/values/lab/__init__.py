"""What the bytes lab shows: places of bytes, code, and what wrong readers believe."""
