"""Rules of safety: no session, no clock."""
