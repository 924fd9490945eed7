"""State machines of the assets domain: no session, no clock, no I/O."""
