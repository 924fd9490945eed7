"""Believable rows for the other domains of the demo tenant, tied to the vehicles and people that the recordings bring."""

from motorpool.demo.domains.fleet_of import DemoFleet

__all__ = ["DemoFleet"]
