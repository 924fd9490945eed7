"""Road data from outside: reading what others publish, writing it, and asking for it regularly."""
