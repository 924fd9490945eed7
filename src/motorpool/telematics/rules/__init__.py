"""Pure rules of telematics: no session, no clock, no I/O."""
