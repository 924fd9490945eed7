"""Links to one file that work for a while without signing in.

`/download/<tenant>/<file>?expires=<Unix seconds>&signature=<base64url>`: the signature is an HMAC over all that the link
says, by a key of its own derived from the master key. Whoever has the link has the file, until it expires or the file
is deleted.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from motorpool.core.errors import Forbidden, MotorpoolError
from motorpool.core.secrets import Keyring

PREFIX = "/download"
PURPOSE = "file-link"
DEFAULT_LIFE = timedelta(minutes=15)
LONGEST_LIFE = timedelta(days=7)


class LinkExpired(MotorpoolError):
    status, code, title = 410, "link_expired", "This link has expired"


def sign_link(
    keyring: Keyring, tenant_id: UUID, file_id: UUID, expires_at: datetime, *, inline: bool = False
) -> str:
    """The path and query of a link. `inline` shows the file in the browser where its kind allows."""
    expires = int(expires_at.timestamp())
    signature = keyring.sign(_message(tenant_id, file_id, expires, inline), PURPOSE)
    query = {"expires": str(expires), "signature": base64.urlsafe_b64encode(signature).rstrip(b"=").decode()}
    if inline:
        query["inline"] = "1"
    return f"{PREFIX}/{tenant_id}/{file_id}?{urlencode(query)}"


def check_link(
    keyring: Keyring,
    tenant_id: UUID,
    file_id: UUID,
    *,
    expires: str,
    signature: str,
    inline: bool,
    now: datetime | None = None,
) -> timedelta:
    """How long the link still works. Raises Forbidden for a wrong signature, LinkExpired for an old link.

    The signature is compared in constant time, and before the time is looked at.
    """
    try:
        given = base64.b64decode(signature + "=" * (-len(signature) % 4), altchars=b"-_", validate=True)
        seconds = int(expires) if expires.isascii() and expires.isdigit() and len(expires) <= 12 else -1
    except (binascii.Error, ValueError):
        given, seconds = b"", -1
    if seconds < 0 or not keyring.verify(_message(tenant_id, file_id, seconds, inline), given, PURPOSE):
        raise Forbidden("This link is not valid; ask for a new one.", code="link_refused")
    left = datetime.fromtimestamp(seconds, UTC) - (now or datetime.now(UTC))
    if left <= timedelta(0):
        raise LinkExpired("This link has expired; ask for a new one.")
    return left


def _message(tenant_id: UUID, file_id: UUID, expires: int, inline: bool) -> bytes:
    return f"{tenant_id}/{file_id}/{expires}/{int(inline)}".encode()
