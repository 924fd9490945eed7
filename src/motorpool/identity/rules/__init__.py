"""Pure rules of identity: passwords, tokens, grants, roles, sign-in limits. No session, no clock, no I/O."""
