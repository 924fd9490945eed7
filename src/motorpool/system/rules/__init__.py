"""Rules of the system domain, apart from any I/O."""
