"""Message definitions: what the bytes of a message mean, field by field, in both directions."""
