"""Sending e-mail by SMTP: a few plain-text letters over one connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr

import aiosmtplib

from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import SmtpSettings


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
                await _send(server, _message(smtp, waiting[0]), waiting[0].key, outcome)
                waiting.pop(0)
    except (aiosmtplib.SMTPException, OSError) as error:
        outcome.later |= {letter.key: _reason(error) for letter in waiting}
    return outcome


async def _send(server: aiosmtplib.SMTP, message: EmailMessage, key: str, outcome: Outcome) -> None:
    try:
        await server.send_message(message)
        outcome.sent.append(key)
    except aiosmtplib.SMTPRecipientsRefused as error:
        first = error.recipients[0]
        _refused(key, first.code, first.message, outcome)
    except aiosmtplib.SMTPResponseException as error:
        _refused(key, error.code, error.message, outcome)
    except ValueError as error:  # an address that cannot be one
        outcome.refused[key] = str(error)


def _refused(key: str, code: int, message: str, outcome: Outcome) -> None:
    """5xx is for good, 4xx for now (RFC 5321, 4.2.1)."""
    (outcome.refused if code >= 500 else outcome.later)[key] = f"{code} {message}"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _message(smtp: SmtpSettings, letter: Letter) -> EmailMessage:
    name, address = parseaddr(smtp.sender)
    local, at, domain = address.rpartition("@")
    if not (local and at and domain):
        raise ConfigurationError(f"MOTORPOOL_SMTP_SENDER must be Name <address>, not {smtp.sender!r}")
    message = EmailMessage()
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(" ".join(letter.name.split()), addr_spec=letter.to) if letter.name else letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{letter.key}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message
