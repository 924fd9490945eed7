"""Pure rules and state machines of the fleet: no session, no clock, no I/O."""
