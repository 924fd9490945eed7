"""Questions about the shop."""
