"""Hand-written reads of integrations."""
