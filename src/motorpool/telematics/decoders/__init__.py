"""What devices send, turned into reports. Pure: no session, no clock, no I/O."""
