"""Outgoing HTTP: the one client through which the program speaks to other servers (decision 17)."""

from motorpool.core.http.client import Answer, NoAnswer, OutgoingClient, Refused

__all__ = ["Answer", "NoAnswer", "OutgoingClient", "Refused"]
