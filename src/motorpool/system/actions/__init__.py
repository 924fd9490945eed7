"""What changes the world in the system domain, one verb a file."""
