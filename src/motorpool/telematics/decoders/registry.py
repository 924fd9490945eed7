"""The protocols that the gateway listens for. A new one is a module beside this one and its class here."""

from __future__ import annotations

from motorpool.telematics.decoders.gl200 import Gl200
from motorpool.telematics.decoders.gt06 import Gt06
from motorpool.telematics.decoders.h02 import H02
from motorpool.telematics.decoders.protocol import Protocol
from motorpool.telematics.decoders.teltonika import Teltonika

PROTOCOLS: dict[str, type[Protocol]] = {kind.name: kind for kind in (Teltonika, Gt06, H02, Gl200)}

__all__ = ["PROTOCOLS"]
