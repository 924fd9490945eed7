"""AES-256-GCM with the key's id in front.

Layout of a sealed value: version (1 byte, 1), key id (4), nonce (12, random), ciphertext with tag (16 more
than the text). The header and the place where the value belongs are authenticated with it.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = b"\x01"
KEY_ID_BYTES = 4
NONCE_BYTES = 12
TAG_BYTES = 16
HEADER_BYTES = len(VERSION) + KEY_ID_BYTES


class SealedValueError(Exception):
    """A sealed value cannot be opened. The message never contains any of it."""


def bind(parts: Iterable[object]) -> bytes:
    """Parts as one byte string that no other list of parts gives: each is preceded by its length."""
    encoded = [str(part).encode() for part in parts]
    return b"".join(struct.pack(">I", len(part)) + part for part in encoded)


def seal_value(key_id: bytes, key: bytes, plaintext: bytes, place: bytes) -> bytes:
    """Encrypt; a new random nonce each time, so equal texts look different."""
    header = VERSION + key_id
    nonce = secrets.token_bytes(NONCE_BYTES)
    return header + nonce + AESGCM(key).encrypt(nonce, plaintext, header + place)


def key_id_of(sealed: bytes) -> bytes:
    """Which key sealed this."""
    if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[:1] != VERSION:
        raise SealedValueError("this is not a sealed value")
    return sealed[1:HEADER_BYTES]


def open_sealed(key: bytes, sealed: bytes, place: bytes) -> bytes:
    header, nonce = sealed[:HEADER_BYTES], sealed[HEADER_BYTES : HEADER_BYTES + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, sealed[HEADER_BYTES + NONCE_BYTES :], header + place)
    except InvalidTag as error:
        raise SealedValueError("the value was changed, or it belongs to another place") from error
