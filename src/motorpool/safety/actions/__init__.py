"""Verbs of safety."""
