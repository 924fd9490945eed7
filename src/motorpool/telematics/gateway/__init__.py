"""The process that listens to tracking devices."""

from motorpool.telematics.gateway.listen import main

__all__ = ["main"]
