"""Sealing, look-up hashes and signatures: they hold against every change of a byte or of the place."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from motorpool.core.errors import ConfigurationError
from motorpool.core.secrets import Keyring, SealedValueError, generate_key, parse_key
from motorpool.core.secrets.keyring import encode_key

PLACE = ("7f5c", "webhooks", "secret", "row-1")
RING = Keyring([generate_key()])


@given(st.text(), st.lists(st.text(), max_size=4))
def test_what_is_sealed_opens_in_its_place_only(text: str, place: list[str]) -> None:
    sealed = RING.seal(text, *place)
    assert RING.open(sealed, *place) == text
    with pytest.raises(SealedValueError):
        RING.open(sealed, *place, "elsewhere")


def test_places_that_read_alike_differ() -> None:
    sealed = RING.seal("x", "ab", "c")
    for other in (("a", "bc"), ("abc",), ("ab", "c", ""), ("c", "ab")):
        with pytest.raises(SealedValueError):
            RING.open(sealed, *other)


def test_every_changed_byte_is_noticed() -> None:
    sealed = RING.seal("4111 1111 1111 1111", *PLACE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealedValueError):
            RING.open(bytes(changed), *PLACE)
    for length in range(len(sealed)):
        with pytest.raises(SealedValueError):
            RING.open(sealed[:length], *PLACE)


def test_equal_texts_look_different_and_hide_the_text() -> None:
    assert len({RING.seal("secret", *PLACE) for _ in range(100)}) == 100
    assert b"secret" not in RING.seal("secret", *PLACE)


def test_rotation_keeps_old_values_and_tokens() -> None:
    old = Keyring([generate_key()])
    both = Keyring([generate_key(), *old.keys])
    sealed, token_hash, signature = old.seal("x", *PLACE), old.token_hash("mp_a_b"), old.sign(b"m", "cursor")
    assert both.open(sealed, *PLACE) == "x"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal("x", *PLACE))
    assert token_hash in both.token_hashes("mp_a_b")
    assert both.token_hash("mp_a_b") != token_hash
    assert both.verify(b"m", signature, "cursor")
    with pytest.raises(SealedValueError, match="older master key is missing"):
        Keyring([generate_key()]).open(sealed, *PLACE)


def test_hashes_are_keyed_and_apart_by_purpose() -> None:
    assert len(RING.token_hash("t")) == 64
    assert RING.token_hash("t") == RING.token_hash("t")
    assert RING.token_hash("t") != Keyring([generate_key()]).token_hash("t")
    assert RING.token_hash("t") != RING.blind_index("t")
    assert RING.blind_index("t", "cards", "number") != RING.blind_index("t", "cards", "pin")
    signature = RING.sign(b"m", "cursor")
    assert RING.verify(b"m", signature, "cursor")
    assert not RING.verify(b"m", signature, "link")
    assert not RING.verify(b"n", signature, "cursor")


def test_keys_never_show_themselves() -> None:
    key = generate_key()
    ring = Keyring([key])
    for shown in (repr(key), repr(ring), str(key)):
        assert encode_key(key) not in shown
        assert key.value.hex() not in shown
        assert key.fingerprint in shown


@pytest.mark.parametrize("text", ["", "short", "A" * 43 + "!", "QUJD"])
def test_unusable_keys_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ConfigurationError, match="32 bytes in base64") as caught:
        parse_key(text, "MOTORPOOL_MASTER_KEY")
    assert not text or text not in caught.value.detail


def test_key_text_is_read_back() -> None:
    key = generate_key()
    text = encode_key(key)
    assert parse_key(text, "x") == key
    assert parse_key(text.replace("+", "-").replace("/", "_").rstrip("="), "x") == key
