"""Hand-written reads of the system domain, one question a file."""
