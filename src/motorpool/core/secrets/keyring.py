"""The keys that protect stored secrets, and what is done with them.

A ring holds the current master key and older ones. New values use the current key; older keys only open
what they once sealed and recognise what they once hashed, so a rotation never locks anybody out. Every
purpose has its own key, derived from the master key by HKDF (RFC 5869).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from motorpool.core.errors import ConfigurationError
from motorpool.core.secrets.sealing import SealedValueError, bind, key_id_of, open_sealed, seal_value

KEY_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """32 random bytes. `id` (4 bytes) and `fingerprint` are derived and may be shown."""

    value: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.derive("id")).digest()[:4]

    @property
    def fingerprint(self) -> str:
        """For people to compare: sixteen hex digits in groups of four."""
        digits = hashlib.sha256(self.derive("id")).hexdigest()[:16]
        return "-".join(digits[i : i + 4] for i in range(0, 16, 4))

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"motorpool/{purpose}".encode()).derive(self.value)

    def __repr__(self) -> str:
        return f"MasterKey({self.fingerprint})"


class Keyring:
    """Seals, opens, hashes and signs. The first key is the current one."""

    def __init__(self, keys: Sequence[MasterKey]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        self.keys = tuple(keys)
        self._sealing = {key.id: key.derive("seal") for key in self.keys}
        self._hashing = {
            purpose: [key.derive(purpose) for key in self.keys] for purpose in ("token", "index", "sign")
        }

    def __repr__(self) -> str:
        return f"Keyring({', '.join(key.fingerprint for key in self.keys)})"

    @property
    def current(self) -> MasterKey:
        return self.keys[0]

    # -- values that must be read again: AES-256-GCM

    def seal(self, plaintext: str, *place: object) -> bytes:
        """Encrypt a text for one place, usually `seal(text, tenant_id, "webhooks", "secret", row_id)`.

        The place is authenticated: a value copied to another row, column or tenant does not open there.
        """
        return seal_value(self.current.id, self._sealing[self.current.id], plaintext.encode(), bind(place))

    def open(self, sealed: bytes, *place: object) -> str:
        """The text again. SealedValueError when the key is unknown, the value damaged, or the place another
        one.
        """
        key = self._sealing.get(key_id_of(sealed))
        if key is None:
            raise SealedValueError(
                f"no key with id {key_id_of(sealed).hex()}: an older master key is missing"
            )
        return open_sealed(key, sealed, bind(place)).decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether a value is sealed with the current key; a rotation seals the others anew."""
        return key_id_of(sealed) == self.current.id

    # -- values that are only recognised: keyed SHA-256 (HMAC), as 64 hex digits

    def token_hash(self, token: str) -> str:
        """What is stored of a random token. Never for passwords, which people choose: those take Argon2id."""
        return self.token_hashes(token)[0]

    def token_hashes(self, token: str) -> list[str]:
        """The hashes under which a presented token may be stored, current key first: `token_hash =
        ANY(...)`.
        """
        return [_digest(key, token.encode()) for key in self._hashing["token"]]

    def blind_index(self, value: str, *column: object) -> str:
        """For finding a sealed value by equality within one column: `blind_index(card, tenant_id, "cards",
        "number")`.
        """
        return _digest(self._hashing["index"][0], bind(column) + value.encode())

    # -- values that leave and come back (cursors, links)

    def sign(self, message: bytes, purpose: str) -> bytes:
        """A signature of 32 bytes; `purpose` keeps a cursor from passing as a link."""
        return hmac.digest(self._hashing["sign"][0], bind((purpose,)) + message, "sha256")

    def verify(self, message: bytes, signature: bytes, purpose: str) -> bool:
        """Whether any key of the ring made this signature."""
        bound = bind((purpose,)) + message
        made = (hmac.digest(key, bound, "sha256") for key in self._hashing["sign"])
        return any(hmac.compare_digest(one, signature) for one in made)


def generate_key() -> MasterKey:
    return MasterKey(secrets.token_bytes(KEY_BYTES))


def encode_key(key: MasterKey) -> str:
    """As it stands in MOTORPOOL_MASTER_KEY and in the key file: standard base64."""
    return base64.b64encode(key.value).decode()


def parse_key(text: str, source: str) -> MasterKey:
    """A key from base64 (standard or URL-safe). ConfigurationError names `source`, never the value."""
    plain = text.strip().replace("-", "+").replace("_", "/")
    try:
        value = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        value = b""
    if len(value) != KEY_BYTES:
        raise ConfigurationError(
            f"{source} must be {KEY_BYTES} bytes in base64; `openssl rand -base64 32` makes one"
        )
    return MasterKey(value)


def _digest(key: bytes, message: bytes) -> str:
    return hmac.digest(key, message, "sha256").hex()
