"""How people want to be told; pure."""
