"""What an inspection comes to: answers checked against the form, and the result. No session, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from motorpool.core.errors import FieldProblem

Result = Literal["passed", "conditional", "failed"]
Status = Literal["pass", "fail", "not_applicable"]
LONGEST_TEXT = 2000
MOST_PHOTOS = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the form."""

    key: str
    text: str
    section: str | None = None
    kind: str = "check"
    is_required: bool = True
    allows_na: bool = True
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str | None = None
    photo_on_failure: bool = False
    severity: str = "major"
    is_unsafe: bool = False
    vehicle_types: tuple[str, ...] = ()

    def concerns(self, vehicle_type: str | None) -> bool:
        """Whether a vehicle of this kind has it; of a vehicle whose kind is not known, everything is asked."""
        return not self.vehicle_types or vehicle_type is None or vehicle_type in self.vehicle_types


@dataclass(frozen=True, slots=True)
class Given:
    """What the inspector answered to a line."""

    key: str
    status: Status | None = None
    value: str | int | float | None = None
    notes: str | None = None
    photos: tuple[UUID, ...] = ()
    #: The inspector may call a defect unsafe that the form does not.
    is_unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A line with its answer, as it is kept."""

    item: Item
    status: Status
    value: str | None
    notes: str | None
    photos: tuple[UUID, ...]
    is_unsafe: bool

    @property
    def severity(self) -> str:
        """Of the defect: what keeps a vehicle from being used is never minor."""
        return "major" if self.is_unsafe and self.item.severity == "minor" else self.item.severity

    def as_json(self, photo_path: str) -> dict[str, Any]:
        """An element of `checklist_results`; `photo_path`: where its photos are read."""
        urls = [f"{photo_path}/{photo}" for photo in self.photos]
        kept: dict[str, Any] = {"item": self.item.text, "key": self.item.key, "status": self.status}
        more = {
            "section": self.item.section,
            "value": self.value,
            "unit": self.item.unit if self.value is not None else None,
            "notes": self.notes,
            "photo_url": urls[0] if urls else None,
            "photos": urls or None,
        }
        kept |= {name: value for name, value in more.items() if value is not None}
        if self.status == "fail":
            kept |= {"severity": self.severity, "is_unsafe": self.is_unsafe}
        return kept


@dataclass(slots=True)
class Judgement:
    """Answers in the order of the form, what is wrong with the input, and the result."""

    answers: list[Answer] = field(default_factory=list)
    problems: list[FieldProblem] = field(default_factory=list)

    @property
    def failures(self) -> list[Answer]:
        return [one for one in self.answers if one.status == "fail"]

    @property
    def result(self) -> Result:
        """Failed when anything major, critical or unsafe was found; conditional when only minor defects were."""
        if not self.failures:
            return "passed"
        grave = any(one.severity != "minor" for one in self.failures)
        return "failed" if grave else "conditional"


def judge(items: Sequence[Item], given: Sequence[Given], vehicle_type: str | None = None) -> Judgement:
    """Check answers against a form.

    Problems name `results[2].photos` where something was given, `results[horn]` where an item has no answer.
    """
    found = Judgement()
    by_key = {item.key: item for item in items}
    taken: dict[str, tuple[int, Given]] = {}
    for index, one in enumerate(given):
        if one.key not in by_key:
            found.problems.append(
                FieldProblem(f"results[{index}].item", "is not an item of this form", "unknown_item")
            )
        elif one.key in taken:
            found.problems.append(FieldProblem(f"results[{index}].item", "is answered twice", "twice"))
        else:
            taken[one.key] = (index, one)
    for item in items:
        if item.key in taken:
            index, one = taken[item.key]
            _answer(found, item, one, f"results[{index}]")
        elif item.is_required and item.concerns(vehicle_type):
            message = f"{item.text}: has to be answered"
            found.problems.append(FieldProblem(f"results[{item.key}]", message, "required"))
    return found


def _answer(found: Judgement, item: Item, one: Given, place: str) -> None:
    """A defect is listed with what is wrong (49 CFR 396.11(a)(2)): a note or a photo; a number out of range tells itself."""

    before = len(found.problems)

    def wrong(part: str, message: str, code: str = "invalid") -> None:
        found.problems.append(FieldProblem(f"{place}.{part}", f"{item.text}: {message}", code))

    status = one.status
    value: str | None = None
    notes = (one.notes or "").strip() or None
    outside = False
    if status == "not_applicable":
        if not item.allows_na:
            wrong("status", "cannot be left out as not applicable", "not_applicable_refused")
        if one.value is not None:
            wrong("value", "is given although the item is not applicable")
    elif item.kind == "number":
        number = _number(one.value)
        if number is None:
            wrong("value", f"must be a number{f' in {item.unit}' if item.unit else ''}", "required")
        else:
            value = format(number.normalize(), "f")
            outside = (item.minimum is not None and number < item.minimum) or (
                item.maximum is not None and number > item.maximum
            )
            # A number out of range is a defect, whatever was ticked; one within may be a defect all the same.
            status = "fail" if outside or status == "fail" else "pass"
    elif item.kind == "text":
        text = str(one.value).strip() if one.value is not None else ""
        if (item.is_required and not text) or len(text) > LONGEST_TEXT:
            wrong("value", f"must be a text of at most {LONGEST_TEXT} characters", "required")
        value, status = text or None, status or "pass"
    elif item.kind == "photo":
        if item.is_required and not one.photos:
            wrong("photos", "needs a photo", "photo_required")
        status = status or "pass"
    elif one.value is not None:
        wrong("value", "is answered by its status alone")
    if status is None and len(found.problems) == before:
        wrong("status", "must be pass, fail or not_applicable", "required")
    if len(one.photos) > MOST_PHOTOS:
        wrong("photos", f"can have at most {MOST_PHOTOS} photos", "too_many")
    if status == "fail" and item.photo_on_failure and not one.photos:
        wrong("photos", "a defect here must be shown in a photo", "photo_required")
    elif status == "fail" and not (notes or one.photos or outside):
        wrong("notes", "say what is wrong, or show it in a photo", "required")
    if len(found.problems) == before:
        assert status is not None
        unsafe = status == "fail" and (item.is_unsafe or one.is_unsafe)
        found.answers.append(Answer(item, status, value, notes, one.photos, unsafe))


def _number(value: str | int | float | None) -> Decimal | None:
    try:
        number = Decimal(str(value).strip()) if value is not None else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() and abs(number) < 10**9 else None
