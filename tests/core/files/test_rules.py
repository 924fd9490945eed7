"""Names, kinds, ranges and links: what needs no store."""

from __future__ import annotations

import io
import tempfile
import zipfile
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.core.errors import Forbidden, Invalid
from motorpool.core.files.links import LinkExpired, check_link, sign_link
from motorpool.core.files.media import EXCEL, ODF, OFFICE, agreed_type
from motorpool.core.files.names import clean_name, content_disposition, extension_of
from motorpool.core.files.ranges import RangeNotSatisfiable, matches_etag, wanted_range
from motorpool.core.secrets import Keyring, generate_key

# -- names


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("photo.JPG", "photo.JPG"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\jo\\invoice 7.pdf", "invoice 7.pdf"),
        ("e\u0301te\u0301.pdf", "\u00e9t\u00e9.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ('he said "no".txt', "he said _no_.txt"),
        ("  .. ", "file"),
        (".pdf", "file.pdf"),
        ("", "file"),
        ("\x00", "file"),
        ("报告.xlsx", "报告.xlsx"),
    ],
)
def test_names_are_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


def test_a_long_name_keeps_its_extension_and_whole_characters() -> None:
    name = clean_name("ü" * 500 + ".pdf")
    assert name.endswith("ü.pdf") and len(name.encode()) <= 200
    assert extension_of(name) == "pdf"


@given(st.text(max_size=300))
def test_no_name_can_leave_its_place(text: str) -> None:
    name = clean_name(text)
    assert name and "/" not in name and "\\" not in name and name not in (".", "..")
    assert name.isprintable() or any(ord(c) > 0x7F for c in name)
    header = content_disposition(name)
    assert header.isascii() and "\r" not in header and "\n" not in header
    assert header.count('"') == 2


def test_the_header_carries_the_full_name() -> None:
    assert content_disposition("plain.pdf") == 'attachment; filename="plain.pdf"'
    assert content_disposition("été.pdf", inline=True) == (
        "inline; filename=\"ete.pdf\"; filename*=UTF-8''%C3%A9t%C3%A9.pdf"
    )
    assert content_disposition("报告.pdf") == (
        "attachment; filename=\"file.pdf\"; filename*=UTF-8''%E6%8A%A5%E5%91%8A.pdf"
    )


# -- kinds


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return buffer.getvalue()


def office(part: str, **more: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in ("[Content_Types].xml", part, *more):
            made.writestr(name, b"<x/>")
    return buffer.getvalue()


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + bytes(200)


def box(brand: bytes, *compatible: bytes) -> bytes:
    content = b"ftyp" + brand + bytes(4) + b"".join(compatible)
    return (len(content) + 4).to_bytes(4, "big") + content + bytes(50)


def kind(content: bytes, name: str, declared: str | None = None, only: tuple[str, ...] = ()) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return agreed_type(file, name, declared, only).name


GOOD = [
    (b"%PDF-1.4 ...", "a.pdf", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n....", "a.PNG", "image/png"),
    (b"\xff\xd8\xff\xe0....", "a.jpeg", "image/jpeg"),
    (b"GIF89a....", "a.gif", "image/gif"),
    (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "a.webp", "image/webp"),
    (box(b"heic", b"mif1"), "a.heic", "image/heic"),
    (box(b"mif1", b"avif"), "a.avif", "image/avif"),
    (box(b"isom", b"mp41"), "a.mp4", "video/mp4"),
    (box(b"qt  "), "a.mov", "video/quicktime"),
    (b"glTF\x02\x00\x00\x00....", "a.glb", "model/gltf-binary"),
    (b'{"asset": {"version": "2.0"}}', "a.gltf", "model/gltf+json"),
    (b'{"a": 1}', "a.json", "application/json"),
    (b'[1, 2]\n"x"', "a.csv", "text/csv"),
    (b"a;b\n1;2\n", "a.csv", "text/csv"),
    (b"\xff\xfea\x00;\x00b\x00\n\x00", "a.csv", "text/csv"),
    ("Straße;Größe\n".encode("latin-1"), "a.csv", "text/csv"),
    (b"hello", "a.txt", "text/plain"),
    (office("word/document.xml"), "a.docx", f"{OFFICE}wordprocessingml.document"),
    (office("xl/workbook.xml"), "a.xlsx", f"{OFFICE}spreadsheetml.sheet"),
    (archive(mimetype=f"{ODF}spreadsheet".encode(), content_xml=b"<x/>"), "a.ods", f"{ODF}spreadsheet"),
    (compound("Workbook"), "a.xls", EXCEL),
    (compound("WordDocument"), "a.doc", "application/msword"),
]


@pytest.mark.parametrize(("content", "name", "expected"), GOOD, ids=[name for _, name, _ in GOOD])
def test_the_content_says_what_it_is(content: bytes, name: str, expected: str) -> None:
    assert kind(content, name) == expected
    assert kind(content, name, "application/octet-stream") == expected
    assert kind(content, name, f"{expected}; charset=utf-8") == expected
    assert kind(content, name, only=(expected,)) == expected


BAD = [
    (b"", "a.txt", None, "empty"),
    (b"MZ\x90\x00\x03\x00\x00\x00", "a.png", None, "type_not_allowed"),
    (b"\x7fELF\x02\x01\x01\x00", "a", None, "type_not_allowed"),
    (b"%PDF-1.4", "a.png", None, "type_mismatch"),
    (b"%PDF-1.4", "a.pdf", "image/png", "type_mismatch"),
    (b"%PDF-1.4", "a.exe", None, "type_mismatch"),
    (b"hello", "a.html", None, "type_mismatch"),
    (b"hello", "a.svg", None, "type_mismatch"),
    (b"<!DOCTYPE html><p>", "a.txt", None, "type_not_allowed"),
    (b"\xef\xbb\xbf  <svg onload=alert(1)>", "a.csv", None, "type_not_allowed"),
    (b"<?xml version='1.0'?><svg/>", "a.svg", "image/svg+xml", "type_not_allowed"),
    ("\ufeff<html>".encode("utf-16-le"), "a.txt", None, "type_not_allowed"),
    (b"PK\x03\x04 broken", "a.docx", None, "damaged"),
    (archive(readme=b"x"), "a.zip", None, "type_not_allowed"),
    (office("word/document.xml", **{"word/vbaProject.bin": b""}), "a.docx", None, "macros"),
    (compound("EncryptedPackage"), "a.xlsx", None, "encrypted"),
    (compound("Workbook_VBA_PROJECT_CUR"), "a.xls", None, "macros"),
    (box(b"mmm1"), "a.mp4", None, "type_not_allowed"),
]


@pytest.mark.parametrize(("content", "name", "declared", "code"), BAD, ids=[f"{b[1]} {b[3]}" for b in BAD])
def test_what_does_not_fit_is_refused(content: bytes, name: str, declared: str | None, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        kind(content, name, declared)
    assert caught.value.code == code
    assert caught.value.fields[0].field == "file"


def test_a_narrower_list_says_what_is_taken() -> None:
    with pytest.raises(Invalid, match=r"taken here are \.csv, \.xls$|taken here are \.csv, \.xls\."):
        kind(b"%PDF-1.4", "a.pdf", only=("text/csv", EXCEL))


# -- ranges


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-9", (0, 10)),
        ("bytes=90-", (90, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=50-5000", (50, 100)),
        ("Bytes = 0-0", (0, 1)),
        (None, None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=1e3-", None),
    ],
)
def test_ranges(header: str | None, part: tuple[int, int] | None) -> None:
    assert wanted_range(header, None, '"x"', 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_behind_the_end(header: str) -> None:
    with pytest.raises(RangeNotSatisfiable) as caught:
        wanted_range(header, None, '"x"', 100)
    assert caught.value.headers["Content-Range"] == "bytes */100"


def test_another_version_is_sent_whole() -> None:
    assert wanted_range("bytes=0-9", '"old"', '"x"', 100) is None
    assert wanted_range("bytes=0-9", '"x"', '"x"', 100) == (0, 10)


def test_etags() -> None:
    assert matches_etag('"a", W/"x"', '"x"') and matches_etag("*", '"x"')
    assert not matches_etag(None, '"x"') and not matches_etag('"y"', '"x"')


# -- links

KEYRING = Keyring([generate_key()])
TENANT, FILE = uuid4(), uuid4()
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def parts(link: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in link.partition("?")[2].split("&"))


def check(
    link: str, *, tenant: UUID = TENANT, file: UUID = FILE, now: datetime = NOON, **changes: str
) -> timedelta:
    given_parts = parts(link) | changes
    return check_link(
        KEYRING,
        tenant,
        file,
        expires=given_parts["expires"],
        signature=given_parts["signature"],
        inline=given_parts.get("inline") == "1",
        now=now,
    )


def test_a_link_works_until_it_expires() -> None:
    link = sign_link(KEYRING, TENANT, FILE, NOON + timedelta(minutes=15))
    assert link.startswith(f"/download/{TENANT}/{FILE}?")
    assert check(link) == timedelta(minutes=15)
    assert check(link, now=NOON + timedelta(minutes=14, seconds=59)) == timedelta(seconds=1)
    for late in (timedelta(minutes=15), timedelta(days=400)):
        with pytest.raises(LinkExpired):
            check(link, now=NOON + late)


def test_nothing_in_a_link_can_be_changed() -> None:
    link = sign_link(KEYRING, TENANT, FILE, NOON + timedelta(minutes=15))
    later = str(int(parts(link)["expires"]) + 1)
    signature = parts(link)["signature"]
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    wrong: list[dict[str, object]] = [
        {"tenant": uuid4()},
        {"file": uuid4()},
        {"expires": later},
        {"expires": "-1"},
        {"expires": "soon"},
        {"expires": "9" * 30},
        {"expires": "²"},
        {"signature": ""},
        {"signature": flipped},
        {"signature": signature[:-2]},
        {"signature": "ü" * 43},
        {"inline": "1"},
    ]
    for change in wrong:
        with pytest.raises(Forbidden):
            check(link, **change)  # type: ignore[arg-type]


def test_an_old_link_survives_a_new_master_key_and_no_foreign_one() -> None:
    old, new = generate_key(), generate_key()
    query = parts(sign_link(Keyring([old]), TENANT, FILE, NOON + timedelta(hours=1)))
    options = {"expires": query["expires"], "signature": query["signature"], "inline": False, "now": NOON}
    assert check_link(Keyring([new, old]), TENANT, FILE, **options)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        check_link(Keyring([new]), TENANT, FILE, **options)  # type: ignore[arg-type]
