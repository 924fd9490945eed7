"""Sending e-mail by SMTP: a few plain-text letters over one connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr

import aiosmtplib

from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import SmtpSettings

#: What the email package raises for an address that cannot be one.
NO_ADDRESS = (ValueError, IndexError, MessageError)


@dataclass(frozen=True, slots=True)
class Letter:
    """A plain-text e-mail. `key` stays the same when it is sent again, so that mail programs show it once."""

    key: str
    to: str
    subject: str
    text: str
    name: str = ""


@dataclass(slots=True)
class Outcome:
    """What became of letters, by their keys. `later`: the server may take them another time."""

    sent: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)


async def send_letters(smtp: SmtpSettings, letters: Sequence[Letter]) -> Outcome:
    """Send letters one after the other; what happens to one does not stop the others.

    Raises ConfigurationError when no mail server is set or the sender is no address.
    """
    if smtp.host is None:
        raise ConfigurationError("no e-mail can be sent: MOTORPOOL_SMTP_HOST is not set")
    sender = _sender(smtp)
    outcome = Outcome()
    waiting = list(letters)
    try:
        async with aiosmtplib.SMTP(
            hostname=smtp.host,
            port=smtp.port,
            username=smtp.username,
            password=smtp.password.get_secret_value() if smtp.password else None,
            use_tls=smtp.security == "tls",
            start_tls=smtp.security == "starttls",
            timeout=smtp.timeout_s,
        ) as server:
            while waiting:
                await _send(server, sender, waiting[0], outcome)
                waiting.pop(0)
    except (aiosmtplib.SMTPException, OSError) as error:
        outcome.later |= {letter.key: _reason(error) for letter in waiting}
    return outcome


async def _send(server: aiosmtplib.SMTP, sender: Address, letter: Letter, outcome: Outcome) -> None:
    try:
        await server.send_message(_message(sender, letter))
        outcome.sent.append(letter.key)
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        _refused(letter.key, first.code, first.message, outcome)
    except aiosmtplib.SMTPResponseException as error:
        _refused(letter.key, error.code, error.message, outcome)
    except NO_ADDRESS as error:
        outcome.refused[letter.key] = f"{letter.to!r} is no address: {_reason(error)}"


def _refused(key: str, code: int, message: str, outcome: Outcome) -> None:
    """5xx is for good, 4xx for now (RFC 5321, 4.2.1)."""
    (outcome.refused if code >= 500 else outcome.later)[key] = f"{code} {message}"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _sender(smtp: SmtpSettings) -> Address:
    name, address = parseaddr(smtp.sender)
    try:
        return Address(name, addr_spec=address)
    except NO_ADDRESS as error:
        raise ConfigurationError(
            f"MOTORPOOL_SMTP_SENDER must be Name <address>, not {smtp.sender!r}"
        ) from error


def _message(sender: Address, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(" ".join(letter.name.split()), addr_spec=letter.to)
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{letter.key}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
