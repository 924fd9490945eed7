"""Motorpool: self-hosted fleet management on PostgreSQL."""

__version__ = "0.1.0"
