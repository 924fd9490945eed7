"""Taking in a paper in one step: its file, the document in the library, the paper with its last day, and what it renews."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.files.names import extension_of
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import Upload
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.qualification_facts import lapses
from motorpool.safety.rules.qualification_items import words_of

#: What a paper can be about.
TABLES = {"driver": "drivers", "vehicle": "vehicles", "facility": "facilities", "vendor": "vendors"}
PAPERS, LIBRARY = "compliance_documents", "documents"
#: Scans and photos.
KINDS = ("application/pdf", "image/jpeg", "image/png", "image/webp", "image/heic")


class NewPaper(Struct, forbid_unknown_fields=True):
    """The fields of the form beside the part `file`."""

    document_type: Annotated[str, Meta(min_length=1, max_length=100)]
    entity_type: Literal["driver", "vehicle", "facility", "vendor", "fleet"]
    entity_id: UUID | None = None
    document_number: Annotated[str, Meta(max_length=100)] | None = None
    issuing_authority: Annotated[str, Meta(max_length=255)] | None = None
    issue_date: date | None = None
    expiration_date: Annotated[date, Meta(description="Last day on which it is valid")] | None = None
    renews: (
        Annotated[UUID, Meta(description="The paper whose place it takes; that one becomes renewed")] | None
    ) = None


async def keep_paper(
    session: AsyncSession,
    files: FileStore,
    registry: Registry,
    actor: Actor,
    paper: NewPaper,
    sent: Upload,
    received: Received | None,
) -> UUID:
    """The new compliance document. `received` None: a paper without a file.

    Raises: Invalid, also for a paper that says nothing; Forbidden without the permissions to add papers and, with a file, documents.
    """
    papers = registry[PAPERS]
    reach = reach_or_forbid(papers, actor, "create")
    if (paper.entity_id is None) != (paper.entity_type == "fleet"):
        raise Invalid(
            fields=[
                FieldProblem(
                    "entity_id", "says whom or what it is about; of the fleet as a whole there is none"
                )
            ]
        )
    if paper.issue_date and paper.expiration_date and paper.expiration_date < paper.issue_date:
        raise Invalid(fields=[FieldProblem("expiration_date", "must not lie before the issue date")])
    if paper.entity_id is not None:
        await _look_for(session, actor, TABLES[paper.entity_type], paper.entity_id)
    if problems := _lacking(paper, has_file=received is not None):
        raise Invalid(fields=problems)
    body: dict[str, Any] = {"document_type": paper.document_type.strip(), "entity_type": paper.entity_type}
    given = {
        "entity_id": paper.entity_id,
        "document_number": paper.document_number,
        "issuing_authority": paper.issuing_authority,
        "issue_date": paper.issue_date,
        "expiration_date": paper.expiration_date,
    }
    body |= {name: str(value) for name, value in given.items() if value}
    if received is not None:
        name = " ".join(
            part for part in (words_of(paper.document_type.strip()), paper.document_number) if part
        )
        body["document_id"] = str(
            await keep_document(
                session,
                files,
                registry,
                actor,
                sent,
                received,
                name=name,
                kind=paper.document_type.strip(),
                number=paper.document_number,
                first=paper.issue_date,
                last=paper.expiration_date,
                about=(paper.entity_type, paper.entity_id) if paper.entity_id else None,
            )
        )
    made = await create_row(session, papers, actor, reach, body)
    if paper.renews is not None:
        renewing = reach_or_forbid(papers, actor, "renew")
        await move_row(
            session, papers, actor, renewing, paper.renews, papers.move("renew"), {"renewed_by_id": str(made)}
        )
    return made


def _lacking(paper: NewPaper, *, has_file: bool) -> list[FieldProblem]:
    """What a paper needs to be one: its last day where its kind lapses, and a file or a number."""
    problems = []
    if paper.expiration_date is None and lapses(paper.document_type):
        message = (
            f"is required: the last day on which the {words_of(paper.document_type.strip()).lower()} is valid"
        )
        problems.append(FieldProblem("expiration_date", message, "required"))
    if not has_file and not (paper.document_number or "").strip():
        message = "is required, unless a photo or scan of the paper is sent with it"
        problems.append(FieldProblem("document_number", message, "required"))
    return problems


async def _look_for(session: AsyncSession, actor: Actor, table: str, key: UUID) -> None:
    """Told of the field that the form has, before a document names it by another one."""
    sql = text(f"SELECT 1 FROM {table} WHERE tenant_id = :tenant AND id = :key")
    if (await session.execute(sql, {"tenant": actor.tenant_id, "key": key})).first() is None:
        problem = FieldProblem("entity_id", "does not name anything that exists here", "unknown_reference")
        raise Invalid(fields=[problem])


async def keep_document(
    session: AsyncSession,
    files: FileStore,
    registry: Registry,
    actor: Actor,
    sent: Upload,
    received: Received,
    *,
    name: str,
    kind: str,
    number: str | None,
    first: date | None,
    last: date | None,
    about: tuple[str, UUID] | None,
) -> UUID:
    """A file as a document of the library; its id. `about`: kind and id of the record. Raises: Invalid, Forbidden."""
    library = registry[LIBRARY]
    reach = reach_or_forbid(library, actor, "create")
    row = await keep_received(
        session,
        files,
        actor,
        received,
        name=sent.name,
        declared_type=sent.declared_type,
        purpose="document",
        only=KINDS,
    )
    body: dict[str, Any] = {
        "document_name": name,
        "document_type": kind[:50],
        "document_number": number or None,
        "issued_on": str(first) if first else None,
        "expires_on": str(last) if last else None,
        "file_id": str(row.id),
        "file_url": f"/api/v1/files/{row.id}/content",
        "file_type": extension_of(row.name) or None,
        "file_size_bytes": row.size_bytes,
        "checksum": row.sha256,
    }
    if about is not None:
        body |= {"entity_type": about[0], "entity_id": str(about[1])}
        if about[0] in ("driver", "vehicle"):
            body[f"{about[0]}_id"] = str(about[1])
    return await create_row(
        session, library, actor, reach, {name: value for name, value in body.items() if value is not None}
    )
