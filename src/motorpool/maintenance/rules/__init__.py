"""State machines of the maintenance domain: no session, no clock, no I/O."""
