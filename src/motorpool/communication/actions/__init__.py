"""What communication does."""
