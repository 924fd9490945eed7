"""Verbs of integrations."""
