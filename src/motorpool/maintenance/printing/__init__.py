"""The shop on paper."""
