"""A line of the qualification checklist, and how it gets its state and its words."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.safety.rules.qualification_facts import DriverFacts, Paper

#: Days before it lapses from which a paper lapses soon, as for availability.
NOTICE_DAYS = 30

State = Literal["there", "lapses_soon", "due", "missing", "lapsed", "not_needed"]
Part = Literal["file", "beside", "training", "other"]
#: States that keep a file from being complete.
WRONG: tuple[State, ...] = ("missing", "lapsed")


class Item(Struct):
    """One line of the checklist."""

    code: str
    title: str
    rule: Annotated[str | None, Meta(description="Where the law asks for it")]
    part: Annotated[Part, Meta(description="file: of 391.51; beside: kept apart from it by law")]
    state: Annotated[
        State,
        Meta(description="due: not there yet, and still in time until `due_on`; lapsed: no longer valid"),
    ]
    sentence: Annotated[str, Meta(description="What there is or what is missing, for people")]
    issued: date | None = None
    lapses_on: Annotated[date | None, Meta(description="Last day on which it is valid")] = None
    due_on: Annotated[date | None, Meta(description="Day by which it has to be there")] = None
    source: Annotated[str | None, Meta(description="Table of the row that is the evidence")] = None
    source_id: UUID | None = None
    document_type: Annotated[str | None, Meta(description="Kind of compliance document that mends it")] = None


def made_once(
    facts: DriverFacts, code: str, title: str, rule: str, part: Part, kinds: tuple[str, ...]
) -> Item:
    """Something that is made once and stays."""
    paper = facts.newest(*kinds)
    item = Item(code, title, rule, part, "missing", "Not on file", document_type=kinds[0])
    if paper:
        found(item, paper)
    return item


def paper_item(paper: Paper, today: date, code: str, rule: str | None, part: Part) -> Item:
    item = Item(code, words_of(paper.kind), rule, part, "there", "", document_type=paper.kind)
    found(item, paper)
    dated(item, paper.expires, today, "")
    return item


def found(item: Item, paper: Paper) -> None:
    item.state, item.issued = "there", paper.issued
    item.source, item.source_id = "compliance_documents", paper.id
    item.sentence = f"Of {said(paper.issued)}" if paper.issued else "On file"


def dated(item: Item, expires: date | None, today: date, named: str) -> None:
    """There, with its last day where it has one."""
    item.state = "there"
    if named:
        item.sentence = named
    if expires is None:
        item.sentence = f"{named}, no expiry on record" if named else item.sentence or "No expiry on record"
        return
    until(item, expires, today)
    ends = "Expired on" if expires < today else "Valid until"
    item.sentence = f"{named}, {ends.lower()} {said(expires)}" if named else f"{ends} {said(expires)}"


def until(item: Item, last: date, today: date) -> None:
    item.lapses_on = last
    item.state = (
        "lapsed" if last < today else "lapses_soon" if last < today + timedelta(days=NOTICE_DAYS) else "there"
    )
    if item.state == "lapsed":
        item.sentence += f"; was needed again by {said(last)}"


def in_time(item: Item, due: date, today: date) -> None:
    """Something that is missing, but may still come until `due`."""
    item.due_on = due
    if today <= due:
        item.state, item.sentence = "due", f"Needed by {said(due)}"
    else:
        item.sentence = f"Was needed by {said(due)}"


def said(day: date) -> str:
    """`23 Nov 2026`."""
    return f"{day.day} {day:%b %Y}"


def words_of(kind: str) -> str:
    named = {"mvr": "MVR", "dot": "DOT", "spe": "SPE", "osha": "OSHA", "hazmat": "Hazmat"}
    text = " ".join(named.get(word.lower(), word) for word in kind.split("_"))
    return text[:1].upper() + text[1:]
