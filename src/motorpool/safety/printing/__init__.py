"""Papers of the safety domain."""
