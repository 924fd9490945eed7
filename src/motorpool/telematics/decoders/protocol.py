"""What a tracker's protocol is to the gateway: where a message ends, what it says, how it is answered.

One object per connection, pure: no socket, no clock, no database. A new protocol is a module with a subclass and its name
in `registry.PROTOCOLS`.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

from motorpool.telematics.decoders.report import Report, Undecodable

#: No tracker's message is longer; whoever sends more without an end sends something else.
MOST_BYTES = 16_384
#: As long as devices.identifier.
MOST_IDENTIFIER = 100
#: What some devices send between their messages.
BLANK = b"\r\n\0 "
KNOT = 1.852  # km/h


class Garbage(Undecodable):
    """The bytes are not of this protocol, or out of step; nothing sensible can follow on this connection."""


class Unsendable(Exception):
    """A command that the protocol cannot carry; the text says why."""


@dataclass(slots=True)
class Message:
    """One message of a device."""

    #: Who speaks, when the message says so; otherwise who spoke before on this connection.
    identifier: str | None = None
    reports: list[Report] = field(default_factory=list)
    #: Sent when all reports are committed.
    reply: bytes = b""
    #: Sent to a device that is not known or not allowed, before the connection is closed.
    refusal: bytes = b""
    #: The device's answer to a command, and whether it did what it was told.
    answer: str | None = None
    obeyed: bool = True
    #: What is wrong with it, when it was understood well enough to be answered.
    problem: str | None = None


class Protocol(ABC):
    """Base of all protocols with listeners of their own. Class variables describe it to people."""

    name: ClassVar[str]
    title: ClassVar[str]
    port: ClassVar[int]
    #: What a command looks like, None when the protocol has none.
    command_example: ClassVar[str | None] = None
    command_help: ClassVar[str] = ""
    #: Text messages that set a device up, with {host} and {port}.
    set_up: ClassVar[tuple[str, ...]] = ()
    #: Devices that speak it.
    devices: ClassVar[str] = ""

    @abstractmethod
    def frame(self, buffer: bytes) -> int:
        """Length of the first message in the buffer; 0 while its end has not come. Raises Garbage."""

    @abstractmethod
    def decode(self, frame: bytes, now: int) -> Message:
        """One whole message; `now` in microseconds since 1970. Raises Undecodable, or ValueError and the like for
        content that does not fit; `read` turns those into Undecodable.
        """

    def datagram(self, data: bytes, now: int) -> list[Message]:
        """The messages of a datagram; by default the same frames as on a connection. Raises Undecodable."""
        messages: list[Message] = []
        while data:
            length = self.frame(data)
            if not length:
                raise Garbage("the datagram ends in the middle of a message")
            frame, data = data[:length], data[length:]
            if frame.strip(BLANK):
                messages.append(self.read(frame, now))
        return messages

    def command(self, text: str, identifier: str, now: int) -> bytes:
        """A command as the device wants it. Raises Unsendable."""
        raise Unsendable(f"{self.title} has no commands")

    def read(self, frame: bytes, now: int) -> Message:
        """`decode` that fails only with Undecodable."""
        try:
            message = self.decode(frame, now)
        except (struct.error, IndexError, ValueError, OverflowError, KeyError) as error:
            raise Undecodable(
                f"a message of {len(frame)} bytes does not hold what it should: {error}"
            ) from error
        if message.identifier is not None and len(message.identifier) > MOST_IDENTIFIER:
            raise Undecodable(f"an identifier has at most {MOST_IDENTIFIER} characters")
        return message


def is_on_earth(latitude: float, longitude: float) -> bool:
    """Whether these are coordinates of a fix; 0, 0 is what a tracker sends without one."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude != 0 or longitude != 0)


def bcd(data: bytes) -> str:
    """Two decimal digits per byte. Raises ValueError for anything else."""
    digits = data.hex()
    if not digits.isdecimal():
        raise ValueError("not binary coded decimals")
    return digits


def printable(text: str, most: int) -> str:
    """Text for people: without control characters, cut to length."""
    return "".join(char if char.isprintable() else " " for char in text).strip()[:most]


def command_text(text: str, most: int) -> bytes:
    """A command's text in ASCII. Raises Unsendable."""
    if not text or not text.isascii() or not text.isprintable() or len(text) > most:
        raise Unsendable(f"a command is 1 to {most} printable ASCII characters")
    return text.encode()
