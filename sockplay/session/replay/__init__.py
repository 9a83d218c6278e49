"""A recorded side had again: what to send when, and what came back then and now."""
