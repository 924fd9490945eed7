"""File names: what is kept of a name that somebody sent, and how a name travels in a header."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

#: UTF-8 bytes that common file systems take in one name.
MAX_NAME_BYTES = 200
#: Not allowed in names on Windows, or the end of a header's quoted string.
_RESERVED = re.compile(r'[<>:"|?*%]')
#: Extensions are short and plain; anything else after a dot belongs to the name.
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,10})$")
#: RFC 5987 attr-char, beside letters and digits.
_ATTR_CHAR = "!#$&+-.^_`|~"


def clean_name(name: str) -> str:
    """The last part of a path, normalised (NFC), without control and direction characters, at most 200 bytes.

    The extension survives shortening. A name of which nothing is left becomes `file`.
    """
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(
        c
        for c in unicodedata.normalize("NFC", last)
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
    )
    plain = re.sub(r"\s+", " ", _RESERVED.sub("_", visible)).lstrip().rstrip(" .")
    suffix = _EXTENSION.search(plain)
    ending = suffix.group(0) if suffix else ""
    stem = plain[: len(plain) - len(ending)].encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore")
    return (stem.strip(" .") or "file") + ending


def extension_of(name: str) -> str:
    """The extension in small letters without its dot, empty when there is none."""
    found = _EXTENSION.search(name)
    return found.group(1).lower() if found else ""


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header of RFC 6266: an ASCII name for old programs, and the full one as in RFC 5987."""
    kind = "inline" if inline else "attachment"
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    fallback = re.sub(r'[^ -~]|["\\%]', "_", ascii_name).strip()
    if not fallback or fallback.startswith("."):
        fallback = "file" + fallback
    header = f'{kind}; filename="{fallback}"'
    return header if fallback == name else f"{header}; filename*=UTF-8''{quote(name, safe=_ATTR_CHAR)}"
