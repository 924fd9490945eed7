"""Which kinds of files are taken, and finding the kind in the content.

The kind comes from the content alone. The name's extension and the type that the sender declared must agree with it:
a program that calls itself a picture is refused. HTML, SVG and other XML can carry scripts and are never taken.
"""

from __future__ import annotations

import codecs
import mmap
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import IO

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.files.names import extension_of

HEAD_BYTES = 64 * 1024
#: What senders say when they do not know.
_UNKNOWN = ("", "application/octet-stream", "binary/octet-stream", "application/x-download")


@dataclass(frozen=True, slots=True)
class MediaType:
    """A kind of file. `family` is what the content shows; several kinds of text share one."""

    name: str
    extensions: tuple[str, ...]
    family: str = ""
    #: May be shown in the browser instead of being saved.
    inline: bool = False
    #: Other types under which senders declare it.
    also: tuple[str, ...] = ()


OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
EXCEL = "application/vnd.ms-excel"
ZIPPED = ("application/zip", "application/x-zip-compressed")
#: The allow-list.
MEDIA_TYPES = (
    MediaType("application/pdf", ("pdf",), inline=True, also=("application/x-pdf",)),
    MediaType("image/png", ("png",), inline=True),
    MediaType("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), inline=True, also=("image/jpg", "image/pjpeg")),
    MediaType("image/gif", ("gif",), inline=True),
    MediaType("image/webp", ("webp",), inline=True),
    MediaType("image/avif", ("avif",), inline=True),
    MediaType("image/heic", ("heic", "heif"), also=("image/heif", "image/heic-sequence")),
    MediaType("video/mp4", ("mp4", "m4v"), inline=True, also=("video/x-m4v", "application/mp4")),
    MediaType("video/quicktime", ("mov", "qt")),
    MediaType(f"{OFFICE}wordprocessingml.document", ("docx",), also=ZIPPED),
    MediaType(f"{OFFICE}spreadsheetml.sheet", ("xlsx",), also=(*ZIPPED, EXCEL)),
    MediaType(f"{OFFICE}presentationml.presentation", ("pptx",), also=ZIPPED),
    MediaType(f"{ODF}text", ("odt",), also=ZIPPED),
    MediaType(f"{ODF}spreadsheet", ("ods",), also=ZIPPED),
    MediaType("model/vnd.usdz+zip", ("usdz",), also=ZIPPED),
    MediaType(EXCEL, ("xls",)),
    MediaType("application/msword", ("doc",)),
    MediaType("model/gltf-binary", ("glb",)),
    MediaType("text/csv", ("csv", "tsv"), "text", also=("text/plain", EXCEL, "text/tab-separated-values")),
    MediaType("model/gltf+json", ("gltf",), "json", also=("application/json",)),
    MediaType("application/geo+json", ("geojson",), "json", also=("application/json",)),
    MediaType("application/json", ("json",), "json", inline=True),
    MediaType("application/x-ndjson", ("ndjson", "jsonl"), "json", also=("application/json", "text/plain")),
    MediaType("text/plain", ("txt", "log", "md"), "text", inline=True, also=("text/markdown",)),
)
BY_NAME = {media.name: media for media in MEDIA_TYPES}
_MP4_BRANDS = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|mmp4|3gp.")
_HEIC_BRANDS = re.compile(rb"hei[csmx]|hev[cmsx]|mif1|msf1")
_MARKUP = re.compile(rb"\s*<(?:!doctype|\?xml|html|head|body|svg|script|!--)", re.IGNORECASE)
_NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def agreed_type(file: IO[bytes], name: str, declared: str | None, only: Collection[str] = ()) -> MediaType:
    """The kind of a file whose content, extension and declared type agree; `only` narrows the allow-list.

    Raises Invalid, field `file`, which says what does not fit. A name without extension fits.
    """
    family = detect(file)
    fitting = [media for media in MEDIA_TYPES if (media.family or media.name) == family]
    # JSON is text too: a .txt or .csv may well begin with a brace.
    if family == "json":
        fitting += [media for media in MEDIA_TYPES if media.family == "text"]
    extension = extension_of(name)
    media = next((media for media in fitting if not extension or extension in media.extensions), None)
    if media is None:
        raise _refused(f"is named .{extension}, but its content is {_readable(fitting)}", "type_mismatch")
    said = (declared or "").split(";")[0].strip().lower()
    if said not in (*_UNKNOWN, media.name, *media.also):
        raise _refused(f"is declared as {said[:80]}, but its content is {media.name}", "type_mismatch")
    if only and media.name not in only:
        wanted = ", ".join(f".{BY_NAME[one].extensions[0]}" for one in only)
        raise _refused(f"is {media.name}; taken here are {wanted}", "type_not_allowed")
    return media


def detect(file: IO[bytes]) -> str:
    """The kind of a seekable file: a name of MEDIA_TYPES, or `text` or `json`. Raises Invalid."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise _refused("is empty", "empty")
    if found := _by_signature(head):
        return found
    if head.startswith(b"PK\x03\x04"):
        return _zipped(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(file)
    return _text(head)


def _by_signature(head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:8] == b"glTF\x02\x00\x00\x00":
        return "model/gltf-binary"
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12], head[16 : int.from_bytes(head[:4], "big")])
    return None


def _by_brand(brand: bytes, compatible: bytes) -> str | None:
    """ISO base media (ISO/IEC 14496-12): the first box names the major brand and those it is compatible with."""
    if brand in (b"avif", b"avis") or (brand in (b"mif1", b"msf1") and b"avif" in compatible):
        return "image/avif"
    if _HEIC_BRANDS.fullmatch(brand):
        return "image/heic"
    if brand == b"qt  ":
        return "video/quicktime"
    return "video/mp4" if _MP4_BRANDS.fullmatch(brand) else None


def _zipped(file: IO[bytes]) -> str:
    """Office documents are zip archives; their parts tell which."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            first = next(iter(archive.namelist()), "")
            mimetype = b""
            if "mimetype" in names:
                with archive.open("mimetype") as part:
                    mimetype = part.read(100)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise _refused("is damaged: its archive cannot be read", "damaged") from error
    if any(name.lower().endswith("vbaproject.bin") for name in names) or "Basic/script-lc.xml" in names:
        raise _refused("contains macros; save it without them", "macros")
    for part_name, kind in (
        ("word/document.xml", "wordprocessingml.document"),
        ("xl/workbook.xml", "spreadsheetml.sheet"),
        ("ppt/presentation.xml", "presentationml.presentation"),
    ):
        if part_name in names and "[Content_Types].xml" in names:
            return OFFICE + kind
    if (said := mimetype.decode("ascii", "replace").strip()) in (f"{ODF}text", f"{ODF}spreadsheet"):
        return said
    if first.endswith((".usdc", ".usda", ".usd")):
        return "model/vnd.usdz+zip"
    raise _refused("is an archive; send the files in it one by one", "type_not_allowed")


def _compound(file: IO[bytes]) -> str:
    """The format of Office before 2007 [MS-CFB]: streams with names in UTF-16."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:

        def has(stream: str) -> bool:
            return content.find(stream.encode("utf-16-le")) >= 0

        if has("EncryptedPackage"):
            raise _refused("is protected by a password; save it without one", "encrypted")
        if has("_VBA_PROJECT"):
            raise _refused("contains macros; save it without them", "macros")
        if has("WordDocument"):
            return "application/msword"
        if has("Workbook"):
            return EXCEL
    raise _refused("is of a kind that is not taken", "type_not_allowed")


def _text(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[: len(head) // 2 * 2].decode("utf-16", "replace")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    if _MARKUP.match(text[:1000].encode()):
        raise _refused("is HTML, SVG or XML, which can carry programs and is not taken", "type_not_allowed")
    if _NOT_IN_TEXT.search(text):
        raise _refused("is of a kind that is not taken", "type_not_allowed")
    return "json" if text.lstrip()[:1] in ("{", "[") else "text"


def _readable(fitting: list[MediaType]) -> str:
    return " or ".join(dict.fromkeys(media.name for media in fitting))


def _refused(message: str, code: str) -> Invalid:
    return Invalid(f"The file {message}.", fields=[FieldProblem("file", message, code)], code=code)
