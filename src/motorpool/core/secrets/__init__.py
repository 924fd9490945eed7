"""Secrets: sealing values that are stored, and looking tokens up without storing them."""

from motorpool.core.secrets.keyring import Keyring, generate_key, parse_key
from motorpool.core.secrets.master_key import load_keyring, rotate_master_key
from motorpool.core.secrets.sealing import SealedValueError

__all__ = ["Keyring", "SealedValueError", "generate_key", "load_keyring", "parse_key", "rotate_master_key"]
