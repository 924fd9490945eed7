"""The driver qualification file (49 CFR 391.51): what it needs, what is there, what is missing, and what lapses when.

A file is needed for who drives commercial motor vehicles (49 CFR 390.5, 391.1): told by the license, or by the vehicles that the
driver is assigned to. Of other drivers only the license is needed; what is kept of them nevertheless is told with its expiry.
The annual list of violations (formerly 391.27) is not asked for any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.safety.rules.inspection_periods import add_months
from motorpool.safety.rules.qualification_facts import (
    APPLICATION,
    CLEARINGHOUSE,
    DRIVING_RECORD,
    KNOWN,
    LICENSE,
    MEDICAL,
    REGISTRY_NOTE,
    REVIEW,
    ROAD_TEST,
    SAFETY_HISTORY,
    VARIANCE,
    DriverFacts,
    state_of,
)
from motorpool.safety.rules.qualification_items import (
    Item,
    dated,
    found,
    in_time,
    made_once,
    paper_item,
    said,
    until,
    words_of,
)

#: Days around the hire within which driving records and earlier employers are asked for (391.23(b), (c)).
HIRING_DAYS = 30
#: A record is asked of every state that licensed the driver in so many months (391.23(a)(1)).
LICENSED_MONTHS = 36
#: A hazardous materials employee is trained again within so many months (49 CFR 172.704(c)(2)).
HAZMAT_MONTHS = 36
#: A medical certificate lasts so many months at most (391.45(b)).
MEDICAL_MONTHS = 24


class Qualification(Struct):
    """A driver's file on a day."""

    driver_id: UUID
    full_name: str
    as_of: date
    is_regulated: Annotated[bool, Meta(description="Drives commercial vehicles, so the file is needed")]
    because: Annotated[str, Meta(description="Why it is needed, or why not")]
    state: Annotated[
        Literal["complete", "lapses_soon", "incomplete"],
        Meta(description="incomplete: something needed is missing or lapsed"),
    ]
    missing: int
    lapsed: int
    next_lapse: Annotated[date | None, Meta(description="The next day behind which something lapses")]
    items: list[Item]


def qualification(facts: DriverFacts, today: date) -> Qualification:
    """The checklist of a driver on a day, in the order of the law."""
    regulated, because = _regulated(facts)
    items = [*_license(facts, today)]
    if regulated:
        items += _file(facts, today)
        items += _beside(facts, today)
    else:
        items += _kept(facts, today)
    items += _prohibited(facts)
    items += _trainings(facts, today)
    items += _others(facts, today)
    needed = [one for one in items if one.part in ("file", "beside") or one.code == "hazmat_training"]
    missing = sum(one.state == "missing" for one in needed)
    lapsed = sum(one.state == "lapsed" for one in needed)
    ahead = [one.lapses_on for one in items if one.lapses_on is not None and one.lapses_on >= today]
    soon = any(one.state in ("lapses_soon", "due") for one in needed)
    return Qualification(
        facts.id,
        facts.full_name,
        today,
        regulated,
        because,
        "incomplete" if missing or lapsed else "lapses_soon" if soon else "complete",
        missing,
        lapsed,
        min(ahead, default=None),
        items,
    )


def _regulated(facts: DriverFacts) -> tuple[bool, str]:
    if facts.has_commercial_license:
        return True, f"Holds a commercial license, class {(facts.license_class or '').upper()}"
    if facts.drives:
        named = ", ".join(facts.drives[:3]) + (" and others" if len(facts.drives) > 3 else "")
        return True, f"Assigned to commercial vehicles: {named}"
    return False, "Drives no commercial vehicle, so only the license is needed (49 CFR 391.1)"


# -- the license


def _license(facts: DriverFacts, today: date) -> Iterable[Item]:
    paper = facts.newest(*LICENSE)
    expires = facts.license_expires_on or (paper.expires if paper else None)
    known = bool(facts.license_number or facts.license_class or expires or paper)
    named = " ".join(
        part
        for part in (
            f"Class {facts.license_class.upper()}" if facts.license_class else "",
            state_of(facts.license_region) or "",
        )
        if part
    )
    item = Item("license", "License", "49 CFR 391.11(b)(5)", "file", "missing", "No license on record")
    item.source, item.source_id = ("compliance_documents", paper.id) if paper else ("drivers", facts.id)
    if known:
        dated(item, expires, today, named)
    return [item]


# -- the file of a driver of commercial vehicles


def _file(facts: DriverFacts, today: date) -> Iterable[Item]:
    yield made_once(facts, "application", "Application for employment", "49 CFR 391.21", "file", APPLICATION)
    yield from _records_of_states(facts, today)
    yield _annual_record(facts, today)
    yield _review(facts, today)
    yield _road_test(facts)
    yield _medical(facts, today)
    if not facts.has_commercial_license:
        yield _registry_note(facts)
    for paper in facts.papers:
        if paper.kind.lower() in VARIANCE:
            yield paper_item(paper, today, "variance", "49 CFR 391.49, 391.62", "file")


def _records_of_states(facts: DriverFacts, today: date) -> Iterable[Item]:
    """A driving record of each state that licensed the driver in the three years before the hire."""
    states: list[str | None] = [state for state in (state_of(facts.license_region),) if state]
    since = add_months(facts.hired_on or today, -LICENSED_MONTHS)
    for paper in facts.papers:
        lasted = paper.expires is None or paper.expires >= since
        begun = paper.issued is None or facts.hired_on is None or paper.issued <= facts.hired_on
        state = state_of(paper.authority) if paper.kind.lower() in LICENSE and lasted and begun else None
        if state and state not in states:
            states.append(state)
    earliest = facts.hired_on - timedelta(days=HIRING_DAYS) if facts.hired_on else date.min
    records = [
        one
        for one in facts.papers
        if one.kind.lower() in DRIVING_RECORD and (one.issued or date.max) >= earliest
    ]
    records.sort(key=lambda one: (one.issued or date.max, str(one.id)))
    for state in states or (None,):
        title = f"Driving record at hire, {state}" if state else "Driving record at hire"
        item = Item("mvr_at_hire", title, "49 CFR 391.23(a)(1)", "file", "missing", "Not on file")
        item.document_type = DRIVING_RECORD[0]
        of_state = [one for one in records if state is None or state_of(one.authority) in (state, None)]
        if of_state:
            first = of_state[0]
            found(item, first)
            late = first.issued and facts.hired_on and (first.issued - facts.hired_on).days - HIRING_DAYS
            if late and late > 0:
                item.sentence += f", {late} {'day' if late == 1 else 'days'} late"
        elif facts.hired_on:
            in_time(item, facts.hired_on + timedelta(days=HIRING_DAYS), today)
        yield item


def _annual_record(facts: DriverFacts, today: date) -> Item:
    item = Item(
        "mvr_annual", "Driving record of the last 12 months", "49 CFR 391.25(a)", "file", "missing", ""
    )
    item.document_type = DRIVING_RECORD[0]
    records = [one for one in facts.papers if one.kind.lower() in DRIVING_RECORD and one.issued]
    newest = max(records, key=lambda one: one.issued or date.min, default=None)
    if newest and newest.issued:
        found(item, newest)
        until(item, add_months(newest.issued, 12), today)
        return item
    return _first_year(item, facts, today)


def _review(facts: DriverFacts, today: date) -> Item:
    """The dated note of whoever reviewed the driving record; a driving record that was verified has it."""
    item = Item("mvr_review", "Review of the driving record", "49 CFR 391.25(c)(2)", "file", "missing", "")
    item.document_type = REVIEW[0]
    notes = [(one.issued, one) for one in facts.papers if one.kind.lower() in REVIEW and one.issued]
    notes += [
        (one.verified_on, one)
        for one in facts.papers
        if one.kind.lower() in DRIVING_RECORD and one.verified_on
    ]
    if not notes:
        return _first_year(item, facts, today)
    on, paper = max(notes, key=lambda one: one[0])
    found(item, paper)
    item.issued, item.sentence = on, f"Reviewed on {said(on)}"
    until(item, add_months(on, 12), today)
    return item


def _first_year(item: Item, facts: DriverFacts, today: date) -> Item:
    """In the first year after the hire the record of the hire counts."""
    first = add_months(facts.hired_on, 12) if facts.hired_on else None
    if first and today <= first:
        item.state, item.due_on = "not_needed", first
        item.sentence = f"First needed by {said(first)}"
    else:
        item.sentence = "Not on file"
    return item


def _road_test(facts: DriverFacts) -> Item:
    item = made_once(facts, "road_test", "Road test", "49 CFR 391.31, 391.33", "file", ROAD_TEST)
    if item.state == "missing" and facts.has_commercial_license:
        item.state, item.sentence = "there", "The commercial license takes its place"
        item.source, item.source_id, item.document_type = "drivers", facts.id, None
    return item


def _medical(facts: DriverFacts, today: date) -> Item:
    item = Item("medical", "Medical certificate", "49 CFR 391.41, 391.45", "file", "missing", "Not on file")
    item.document_type = MEDICAL[0]
    paper = facts.newest(*MEDICAL)
    expires = facts.medical_card_expires_on or (medical_until(paper.issued, paper.expires) if paper else None)
    if paper:
        found(item, paper)
    elif expires:
        item.source, item.source_id = "drivers", facts.id
    if paper or expires:
        dated(item, expires, today, "")
    return item


def medical_until(issued: date | None, expires: date | None) -> date | None:
    """The last day of a medical certificate: two years after the examination at most (49 CFR 391.45(b))."""
    longest = add_months(issued, MEDICAL_MONTHS) if issued else None
    return min((one for one in (expires, longest) if one), default=None)


def _registry_note(facts: DriverFacts) -> Item:
    item = made_once(
        facts, "examiner_registry", "Note on the examiner's registration", "49 CFR 391.23(m)", "file",
        REGISTRY_NOTE,
    )  # fmt: skip
    checked = facts.newest(*MEDICAL)
    if item.state == "missing" and checked and checked.verified_on:
        found(item, checked)
        item.sentence = f"The medical certificate was verified on {said(checked.verified_on)}"
    return item


# -- what the law keeps apart from the file


def _beside(facts: DriverFacts, today: date) -> Iterable[Item]:
    history = made_once(
        facts, "safety_history", "Safety performance history", "49 CFR 391.23(d)", "beside", SAFETY_HISTORY
    )
    if history.state == "missing" and facts.hired_on:
        in_time(history, facts.hired_on + timedelta(days=HIRING_DAYS), today)
    yield history
    if not facts.has_commercial_license:
        return
    query = Item("clearinghouse", "Clearinghouse query", "49 CFR 382.701", "beside", "missing", "Not on file")
    query.document_type = CLEARINGHOUSE[0]
    queries = [one for one in facts.papers if one.kind.lower() in CLEARINGHOUSE and one.issued]
    if newest := max(queries, key=lambda one: one.issued or date.min, default=None):
        assert newest.issued is not None
        found(query, newest)
        until(query, add_months(newest.issued, 12), today)
    yield query
    if facts.tests is not None:
        test = Item(
            "pre_employment_test", "Drug test before employment", "49 CFR 382.301", "beside", "missing",
            "No negative result on record",
        )  # fmt: skip
        passed = [
            one
            for one in facts.tests
            if one.reason == "pre_employment"
            and one.test_type == "drug"
            and (one.result or "").startswith("negative")
        ]
        if passed:
            last = max(passed, key=lambda one: one.on)
            test.state, test.sentence, test.issued = "there", f"Negative on {said(last.on)}", last.on
            test.source, test.source_id = "drug_alcohol_tests", last.id
        yield test


def _prohibited(facts: DriverFacts) -> Iterable[Item]:
    """A test that keeps the driver from working until a return-to-duty test."""
    tests = facts.tests or []
    open_ones = [one for one in tests if one.prohibits and not any(later.clears(one) for later in tests)]
    if open_ones:
        last = max(open_ones, key=lambda one: one.on)
        sentence = f"Needed since the {last.test_type} test of {said(last.on)}; until then no driving"
        yield Item(
            "return_to_duty", "Return-to-duty test", "49 CFR 382.501, 40.305", "beside", "missing", sentence,
            source="drug_alcohol_tests", source_id=last.id,
        )  # fmt: skip


# -- trainings, and papers that this law does not speak of


def _kept(facts: DriverFacts, today: date) -> Iterable[Item]:
    """Papers of the file that are kept of a driver who needs none: told with their expiry."""
    for kinds, code in ((MEDICAL, "medical"), (CLEARINGHOUSE, "clearinghouse"), (REVIEW, "mvr_review")):
        if paper := facts.newest(*kinds):
            yield paper_item(paper, today, code, None, "other")
        elif code == "medical" and facts.medical_card_expires_on:
            item = Item(code, "Medical certificate", None, "other", "there", "")
            item.source, item.source_id = "drivers", facts.id
            dated(item, facts.medical_card_expires_on, today, "")
            yield item


def _trainings(facts: DriverFacts, today: date) -> Iterable[Item]:
    newest: dict[str, Item] = {}
    hazmat = False
    for one in sorted(facts.trainings, key=lambda one: (one.completed or date.min, str(one.id))):
        is_hazmat = "hazmat" in one.kind.lower() or "hazardous" in one.kind.lower()
        code = "hazmat_training" if is_hazmat and _carries_hazmat(facts) else "training"
        item = Item(code, words_of(one.kind), None, "training", "there", "", issued=one.completed)
        item.source, item.source_id = "driver_training_records", one.id
        expires = one.expires
        if code == "hazmat_training":
            hazmat, item.rule = True, "49 CFR 172.704"
            if one.completed:
                again = add_months(one.completed, HAZMAT_MONTHS)
                expires = min(expires, again) if expires else again
        dated(item, expires, today, f"Completed on {said(one.completed)}" if one.completed else "")
        newest[one.kind.lower()] = item
    yield from newest.values()
    if _carries_hazmat(facts) and not hazmat:
        yield Item(
            "hazmat_training", "Hazardous materials training", "49 CFR 172.704", "training", "missing",
            "Vehicle or license are for hazardous materials, and no training is on record",
        )  # fmt: skip


def _carries_hazmat(facts: DriverFacts) -> bool:
    return facts.drives_hazmat or bool({"H", "X"} & {one.upper() for one in facts.license_endorsements})


def _others(facts: DriverFacts, today: date) -> Iterable[Item]:
    for kind in dict.fromkeys(one.kind.lower() for one in facts.papers if one.kind.lower() not in KNOWN):
        paper = facts.newest(kind)
        assert paper is not None
        yield paper_item(paper, today, "paper", None, "other")
