"""Everything in one package: a zip with the overview or a driver's file, the papers themselves, and what is not there by name."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from motorpool.core.database.database import Database
from motorpool.core.errors import Invalid, Unavailable
from motorpool.core.export import Column, Heading, write_table
from motorpool.core.export.archive import Archive, whole
from motorpool.core.files.store import FileStore
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.compliance import compliance_workbook, packed_pdf
from motorpool.safety.printing.compliance_pieces import Piece
from motorpool.safety.printing.qualification import qualification_pdf
from motorpool.safety.queries.compliance_evidence import Evidence, compliance_evidence, files_of
from motorpool.safety.queries.compliance_home import Compliance
from motorpool.safety.rules.compliance_lines import Line
from motorpool.safety.rules.compliance_names import Paths, file_name, folder_of
from motorpool.safety.rules.qualification import Qualification
from motorpool.safety.rules.qualification_facts import DriverFacts

log = logging.getLogger(__name__)
#: Tells how many pieces are done, of how many.
Telling = Callable[[int, int], Awaitable[None]]
INDEX = (
    Column("path", "File"), Column("outcome", "What became of it"), Column("about", "About"),
    Column("subject", "Driver, vehicle or place"),
    Column("kind", "Document"), Column("number", "Number"), Column("issued", "Issued", "date"), Column("expires", "Last day", "date"),
    Column("bytes", "Bytes", "integer"), Column("sha256", "SHA-256"), Column("record", "Record"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Overview:
    """What the package is about: the overview with its lines."""

    found: Compliance
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class DriversFile:
    """What the package is about: one driver."""

    facts: DriverFacts
    file: Qualification


async def pieces_of(
    database: Database, registry: Registry, actor: Actor, evidence: Sequence[Evidence], most_bytes: int
) -> list[Piece]:
    """The evidence with its files and the paths that they get. Raises Invalid when the files are too large together."""
    kept = await files_of(database, registry, actor, evidence)
    paths = Paths()
    pieces = []
    for one in evidence:
        file = kept.get(one.file_id) if one.file_id else None
        piece = Piece(one, file)
        if file is not None:
            name = file_name(one.kind, one.number, one.expires, file.name)
            piece.path, piece.outcome = paths.free(folder_of(one.about, one.subject), name), "attached"
        elif one.is_withheld:
            piece.outcome = "withheld"
        elif one.file_id is not None:
            piece.outcome = "lost"
        elif one.url:
            piece.outcome = "elsewhere"
        pieces.append(piece)
    size = sum(one.file.size_bytes for one in pieces if one.file)
    if size > most_bytes:
        raise Invalid(
            f"The files are {size / 1e6:,.0f} MB together; a package takes {most_bytes / 1e6:,.0f} MB. Choose a facility or "
            "a department, or only drivers or vehicles.",
            code="package_too_large",
        )
    return pieces


async def drivers_pieces(
    database: Database, registry: Registry, actor: Actor, driver: UUID, most_bytes: int
) -> list[Piece]:
    """The evidence about one driver."""
    evidence = await compliance_evidence(database, registry, actor, [driver])
    return await pieces_of(database, registry, actor, evidence, most_bytes)


async def check_pieces(files: FileStore, pieces: Sequence[Piece]) -> None:
    """Read every file once and note which are lost or damaged, where no package is written."""
    for piece in pieces:
        async for _ in _checked(files, piece):
            pass


async def write_package(
    files: FileStore,
    actor: Actor,
    about: Overview | DriversFile,
    pieces: Sequence[Piece],
    address: str,
    told: Telling | None = None,
) -> AsyncIterator[bytes]:
    """The bytes of the zip. `address` stands before the paths of records.

    A file that is lost or does not match its checksum is named as such in all lists; one that ends in the middle stays in the
    package as far as it went.
    """
    now = datetime.now(UTC)
    archive = Archive(now.astimezone(ZoneInfo(actor.time_zone)))
    top = _name(about, actor)
    sums: list[tuple[str, str]] = []
    for number, piece in enumerate(pieces, 1):
        if piece.file is not None and await _is_there(files, piece):
            async for chunk in archive.add(f"{top}/{piece.path}", _checked(files, piece)):
                yield chunk
            sums.append((piece.sha256, piece.path))
        if told is not None:
            await told(number, len(pieces))
    lists: list[tuple[str, bytes]] = []
    if isinstance(about, Overview):
        evidence = [one.evidence for one in pieces]
        book = await compliance_workbook(actor, about.found, about.lines, evidence, address, pieces)
        paper = await packed_pdf(actor, about.found, about.lines, pieces, address, files)
        lists += [("Compliance.xlsx", book), ("Compliance.pdf", paper)]
    else:
        paper = await qualification_pdf(actor, about.facts, about.file, pieces, address, files)
        lists.append(("Qualification file.pdf", paper))
    lists.append(("Index.csv", await _index(actor, pieces, address)))
    for name, content in lists:
        sums.append((hashlib.sha256(content).hexdigest(), name))
    # As `sha256sum --check` reads it.
    checks = "".join(f"{digest}  {path}\n" for digest, path in sums)
    lists.append(("SHA256SUMS.txt", checks.encode()))
    for name, content in lists:
        async for chunk in archive.add(f"{top}/{name}", whole(content)):
            yield chunk
    yield archive.finish()


def _name(about: Overview | DriversFile, actor: Actor) -> str:
    if isinstance(about, Overview):
        return f"Compliance {actor.today}"
    return folder_of("driver", about.file.full_name).rpartition("/")[2]


async def _is_there(files: FileStore, piece: Piece) -> bool:
    """Whether the store has it at all, so that nothing empty gets a name in the package."""
    assert piece.file is not None
    try:
        await files.get(piece.file.storage_key, 0, 1)
    except FileNotFoundError:
        piece.outcome = "lost"
        log.error("file %s is not in the file store", piece.file.id)
        return False
    return True


async def _checked(files: FileStore, piece: Piece) -> AsyncIterator[bytes]:
    """The content as it is read, its checksum and what it means noted at the end."""
    if piece.file is None:
        return
    digest, size = hashlib.sha256(), 0
    try:
        async for chunk in await files.get(piece.file.storage_key, 0, piece.file.size_bytes):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
    except FileNotFoundError:
        piece.outcome = "lost"
        return
    except (Unavailable, OSError) as error:
        log.error("file %s ended after %d bytes: %s", piece.file.id, size, error)
    piece.sha256 = digest.hexdigest()
    if piece.sha256 != piece.file.sha256:
        piece.outcome = "damaged"


async def _index(actor: Actor, pieces: Sequence[Piece], address: str) -> bytes:
    """All evidence, one a line, what is not here included. Text that a spreadsheet would take for a formula is shielded."""

    async def rows() -> AsyncIterator[Sequence[Sequence[object]]]:
        yield [
            (
                one.path if one.outcome in ("attached", "damaged") else "", one.words, one.evidence.about, one.evidence.subject,
                one.evidence.kind, one.evidence.number, one.evidence.issued, one.evidence.expires,
                one.file.size_bytes if one.file else None, one.sha256, f"{address}{one.evidence.record}",
            )
            for one in pieces
        ]  # fmt: skip

    heading = Heading("Index", zone=ZoneInfo(actor.time_zone))
    return b"".join([block async for block in write_table("csv", INDEX, rows(), heading)])
