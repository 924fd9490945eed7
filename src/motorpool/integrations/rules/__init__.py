"""Rules of integrations: pure functions."""
