"""Reads of the fleet that are written by hand."""
