"""How many supporting documents are enough, and which must be among them."""

from __future__ import annotations

from datetime import date, time

from motorpool.safety.rules.duty_documents import ENOUGH, Supporting, counted, due_on, to_keep

DAY = date(2026, 3, 2)


def some(kind: str, count: int, hour: int = 8) -> list[Supporting]:
    return [Supporting(f"{kind}{at}", kind, DAY, time(hour, at)) for at in range(count)]


def test_messages_count_once_and_tolls_not_at_all() -> None:
    assert counted([]) == 0
    assert counted(some("bill_of_lading", 3)) == 3
    assert counted(some("mobile_communication", 20)) == 1
    assert (
        counted([*some("toll_receipt", 5), *some("mobile_communication", 2), *some("payroll_record", 1)]) == 2
    )


def test_of_more_than_eight_the_first_and_the_last_are_kept() -> None:
    eight = some("dispatch_record", ENOUGH)
    assert to_keep(eight) == ()
    early, late = some("toll_receipt", 1, 1)[0], Supporting("late", "expense_receipt", DAY, time(22))
    silent = Supporting("silent", "payroll_record", DAY)
    assert to_keep([*eight, late, early, silent]) == (eight[0], late), (
        "tolls and what shows no time are not meant"
    )
    assert to_keep([Supporting(str(at), "bill_of_lading", DAY) for at in range(9)]) == ()


def test_thirteen_days_from_the_day_or_from_when_the_driver_had_it() -> None:
    assert due_on(DAY) == date(2026, 3, 15)
    assert due_on(DAY, date(2026, 3, 10)) == date(2026, 3, 23)
