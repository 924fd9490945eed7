"""API tokens, session cookies and set-up links: how they look and under which hash they are stored.

Each carries its tenant in clear, so that the look-up happens inside the tenant (decision 3):
`mp_<tenant>_<secret>` for a token, `<tenant>_<secret>` for a cookie or a link. The tenant is 32 hex digits,
the secret 256 random bits in lower-case base32. Only the keyed hash of kind, tenant and secret is stored, so
that a cookie is of no use as a token, nor a token in another tenant.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from motorpool.core.secrets import Keyring

Kind = Literal["api", "session", "link"]

_PATTERN = re.compile(r"(mp_)?([0-9a-f]{32})_([a-z2-7]{52})", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """A secret that names its tenant. `text` is what its holder keeps; it must never be stored or logged."""

    kind: Kind
    tenant_id: UUID
    secret: str

    @property
    def text(self) -> str:
        start = "mp_" if self.kind == "api" else ""
        return f"{start}{self.tenant_id.hex}_{self.secret}"

    @property
    def display_prefix(self) -> str:
        """Enough to tell one token from another in a list: `mp_…_k3v9qa`."""
        return f"mp_…_{self.secret[:6]}"

    def stored_hash(self, keyring: Keyring) -> str:
        return keyring.token_hash(self._hashed_text)

    def possible_hashes(self, keyring: Keyring) -> list[str]:
        """The hashes under which it may be stored, those of retired master keys included."""
        return keyring.token_hashes(self._hashed_text)

    @property
    def _hashed_text(self) -> str:
        return f"{self.kind}:{self.tenant_id.hex}:{self.secret}"

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.tenant_id})"


def new_token(kind: Kind, tenant_id: UUID) -> Token:
    secret = base64.b32encode(secrets.token_bytes(32)).decode().rstrip("=").lower()
    return Token(kind, tenant_id, secret)


def parse_token(kind: Kind, text: str) -> Token | None:
    """The token that a caller presents, or None when it cannot be one."""
    match = _PATTERN.fullmatch(text)
    if match is None or bool(match[1]) != (kind == "api"):
        return None
    return Token(kind, UUID(hex=match[2]), match[3])


def csrf_token(session: Token) -> str:
    """What forms and scripts of a signed-in browser send along (`X-CSRFToken`); known only to who knows the
    cookie.
    """
    return hmac.new(session.secret.encode(), b"motorpool/csrf", hashlib.sha256).hexdigest()


def csrf_matches(session: Token, presented: str) -> bool:
    return hmac.compare_digest(csrf_token(session).encode(), presented.encode())
