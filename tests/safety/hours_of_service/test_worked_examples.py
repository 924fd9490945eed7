"""Worked examples. F: a scenario that FMCSA published (Hours of Service Examples, 2022-04-28; those of waiting time at a well site
are left out), read from the tests of MeddlingIdiot.HOS.Auditor, which hold their times and answers; K: J. J. Keller; Q: FMCSA's
questions and answers on the rule of 2020; D: derived from 49 CFR 395."""

from __future__ import annotations

import pytest
from tests.safety.hours_of_service.notation import evaluated, hour_of, left, moment, violations

from motorpool.safety.rules.hours_of_service.duty_log import ClaimedException

LAWFUL = {
    "F1, a simple day": "0 ON 1 D 6 OFF 7 D 10 ON 14 OFF 24",
    "F3, exactly eleven hours": "0 OFF 10 ON 11 D 16 OFF 17 D 23 ON 24 SB 34",
    "F2, off duty and berth make the ten hours": (
        "0 OFF 10 ON 11 D 16 OFF 17 D 22 OFF 23 SB 31 OFF 32 ON 33 D 37 OFF 38 D 42 ON 44 D 46 OFF 56"
    ),
    "F5, a break that is half on duty": "0 ON 1 D 9 OFF 9:15 ON 9:30 D 11:30 OFF 13 D 14 OFF 24",
    "F6, driving from a 34-hour restart on": "0 OFF 34 D 40 OFF 41 D 45 ON 47 D 48 OFF 63 D 64 ON 69 D 72",
    "F7, a restart of off duty and berth": (
        "0 ON 1 D 3 OFF 5 D 11 OFF 12 D 13 OFF 21 SB 32 OFF 47 D 52 OFF 53 D 57 OFF 58 D 60 ON 62 OFF 72"
    ),
    "F8, eight days with a restart": (
        "0 OFF 10 ON 11 D 17 OFF 18 ON 19 D 20 OFF 22 ON 24 SB 34 ON 35 D 39 OFF 41 D 44 ON 45 OFF 47 ON 48 OFF "
        "58 ON 60 D 63 OFF 65 D 67 OFF 69 D 71 ON 72 SB 82 ON 83 D 86 OFF 87 ON 90 OFF 91 D 94 ON 96 SB 101 OFF "
        "106 ON 108 D 111 OFF 112 D 113 OFF 114 D 115 ON 116 OFF 118 ON 120 OFF 130 ON 131 D 135 OFF 140 D 141 OFF "
        "143 ON 144 OFF 178 ON 180 D 184 OFF 185 D 189 OFF 190 ON 192"
    ),
    "F11, a rest in the berth and beside it": "0 ON 2 D 6 SB 14 OFF 16 ON 17 D 20 OFF 21 D 24",
    "F16, a chain of pairs": (
        "0 ON 0:30 D 5:30 OFF 9:30 D 15:30 ON 16 SB 23 ON 24 D 29 ON 30 OFF 33 D 37 OFF 39 D 40 ON 41 SB 48"
    ),
    "F18, two rests that pair with the same one": "0 OFF 10 D 13 OFF 16 ON 17 D 19 OFF 21 ON 22 D 27 SB 35 D 40 OFF 48",
    "F12, seven in the berth and three off in a row": (
        "0 OFF 10 ON 10:15 D 15:15 OFF 16 D 22 SB 29 OFF 32 ON 32:30 D 37:30 ON 38 D 44 OFF 54"
    ),
    "F17, a short rest pairs with a full one": "0 OFF 10 ON 11 D 16 OFF 18 ON 19 D 25 SB 35",
    "K, three off and seven in the berth": "0 OFF 1 ON 1:30 D 7:30 ON 8 OFF 11 D 16 ON 18:30 SB 25:30",
    "Q6, five off and later seven in the berth": "0 ON 1 D 6 OFF 11 D 16 ON 18 SB 25",
    "Q8, seven in the berth, three off, then ten off": "0 ON 1 D 6 SB 13 D 18 OFF 21 D 26 OFF 36",
    "K, eight in the berth, two off": "0 D 7 SB 15 D 19 OFF 21 D 26 OFF 36",
}


@pytest.mark.parametrize("log", LAWFUL.values(), ids=LAWFUL)
def test_nothing_is_against_the_rules(log: str) -> None:
    assert violations(evaluated(log)) == []


def test_what_is_left() -> None:
    assert left(evaluated(LAWFUL["F1, a simple day"], at=10)) == (3, 4)
    assert evaluated(LAWFUL["F1, a simple day"], at=10).clocks.until_break == 5 * 3600
    assert left(evaluated(LAWFUL["F3, exactly eleven hours"], at=23)) == (0, 1)
    assert left(evaluated(LAWFUL["F3, exactly eleven hours"])) == (11, 14)
    assert left(evaluated(LAWFUL["F5, a break that is half on duty"], at=11.5)) == (1, 2.5)
    kellers = evaluated(LAWFUL["K, three off and seven in the berth"])
    assert (hour_of(kellers.clocks.anchor), left(kellers)) == (11, (6, 6.5))
    # Until the berth the three hours off are its pair, behind it the two hours.
    pairings = evaluated(LAWFUL["F18, two rests that pair with the same one"], at=35)
    assert (hour_of(pairings.clocks.anchor), left(pairings)) == (21, (6, 8))
    # Keller: four of eleven hours and, without the second rest, four of fourteen are used.
    assert left(evaluated(LAWFUL["K, eight in the berth, two off"], at=21)) == (7, 10)


AGAINST = {
    "F4, both limits in the same minute": (
        "0 ON 1 D 5 OFF 6 D 10 OFF 11 D 15 OFF 25",
        [("11_hour_driving", 14, 15), ("14_hour_window", 14, 15)],
    ),
    "F13, the window after seven in the berth and three off": (
        "0 OFF 2 ON 3 D 9 ON 11 D 15 OFF 16 SB 23 OFF 25 ON 26 D 31 OFF 32 ON 33 D 36 ON 37 D 40 OFF 50",
        [("14_hour_window", 39, 40)],
    ),
    "F14, no break on the first day": (
        "0 OFF 10 ON 10:15 D 14:15 OFF 14:30 D 19 OFF 22 ON 23 D 24 ON 24:30 D 26 SB 33 ON 33:30 D 41:30 ON 42 D 42:30 OFF "
        "45:30 ON 46 D 48",
        [("30_minute_break", 18.5, 19)],
    ),
    "F15, two off and seven in the berth are no pair": (
        "0 OFF 10 D 15 OFF 17 D 20 SB 27 D 31 OFF 41",
        [("11_hour_driving", 30, 31)],
    ),
    "D, no break": ("0 D 10 OFF 20", [("30_minute_break", 8, 10)]),
    "D, 29 minutes are no break": ("0 D 6 OFF 6:29 D 9 OFF 19", [("30_minute_break", 8 + 29 / 60, 9)]),
    "Q, ten hours off that come first are no leg": (
        # The ten hours in the berth are a full rest, and nothing else: the three off duty stay alone.
        "0 D 1 SB 11 ON 16 OFF 19 D 26 OFF 36",
        [("14_hour_window", 25, 26)],
    ),
    "D, a pair of nine hours and 59 minutes is none": (
        "0 ON 1 D 6 OFF 8:59 D 13 SB 20 D 21 ON 22",
        [("14_hour_window", 20, 21)],
    ),
}


@pytest.mark.parametrize(("log", "expected"), AGAINST.values(), ids=AGAINST)
def test_what_is_against_the_rules(log: str, expected: list[tuple[str, float, float]]) -> None:
    assert violations(evaluated(log)) == [
        (rule, pytest.approx(start), pytest.approx(end)) for rule, start, end in expected
    ]


def test_a_later_rest_takes_back_what_was_against_the_rules() -> None:
    log = "0 ON 1 D 5 ON 7 SB 14 D 16 OFF 26"
    assert violations(evaluated(log, at=16)) == [("14_hour_window", 14, 16)]
    assert evaluated(log, at=16).final_before == evaluated(log, at=16).clocks.anchor
    assert violations(evaluated(log, at=18.9)) != []
    assert violations(evaluated(log, at=19)) == []


def week(*on_duty: float) -> str:
    """Days that begin with so many hours at work, in parts of at most ten hours of driving, without a full restart."""
    return " ".join(f"{24 * day} ON {24 * day + hours} OFF" for day, hours in enumerate(on_duty))


SIXTY = week(11, 10, 10, 12, 10, 7)


def test_a_restart_of_34_hours() -> None:
    """F8: the sixth day ends so that 34 hours end at 10:00 of the eighth."""
    log = f"{SIXTY.rsplit(' ', 4)[0]} 120 OFF 137 ON 144 OFF 178 ON 180 D 184 OFF 185 D 189 OFF 190 ON 192"
    assert violations(evaluated(log)) == []
    assert evaluated(log, at=178).clocks.cycle == 60 * 3600
    # A minute less does not empty the cycle; what is left then is what the last seven days leave.
    early = log.replace("144 OFF", "144:01 OFF").replace("137 ON", "137:01 ON")
    assert evaluated(early, at=178).clocks.cycle == 11 * 3600


def test_sixty_hours_without_a_restart() -> None:
    assert violations(evaluated(f"{SIXTY} 154 D 156 OFF 166")) == [("60_hour_7_day", 154, 156)]
    assert violations(evaluated(f"{SIXTY} 154 D 156 OFF 166", ruleset="property_70_8")) == []


def test_seventy_hours() -> None:
    """F29: 67 hours of the seven days before, and the ninth day goes beyond 70."""
    days = (10, 8.5, 12.5, 9, 10, 12, 5)
    log = " ".join(f"{24 * day} ON {24 * day + hours} OFF" for day, hours in enumerate(days, 1))
    ninth = f"{log} 202 ON 204 D 205 ON 206 OFF 207 D 208 ON 211 OFF 216"
    assert violations(evaluated(ninth, ruleset="property_70_8")) == [("70_hour_8_day", 207, 208)]


def test_adverse_driving_conditions() -> None:
    log = "0 OFF 5 D 9 OFF 10 D 13 ON 14 OFF 15 D 21 OFF 24"
    assert violations(evaluated(log)) == [("11_hour_driving", 19, 21), ("14_hour_window", 19, 21)]
    for claim in (
        ClaimedException("adverse_driving"),
        ClaimedException("adverse_driving", moment(17), moment(18)),
    ):
        lengthened = evaluated(log, at=21, exceptions=[claim])
        assert violations(lengthened) == []
        assert left(lengthened) == (0, 0)
    other_day = ClaimedException("adverse_driving", moment(0), moment(4))
    assert len(evaluated(log, exceptions=[other_day]).violations) == 2


def test_short_haul_needs_no_break_but_must_end_in_time() -> None:
    claim = [ClaimedException("short_haul_150_air_mile")]
    assert violations(evaluated("6 D 15 ON 19:30 OFF 30", exceptions=claim)) == []
    assert violations(evaluated("6 D 15 ON 20:15 OFF 30", exceptions=claim)) == [("30_minute_break", 14, 15)]
    assert evaluated("6 D 15 ON 19:30", at=16, exceptions=claim).clocks.until_break is None


def test_the_16_hour_day_is_used_once_in_seven() -> None:
    claim = [ClaimedException("short_haul_16_hour")]
    day = "{0} ON {1} D {2} OFF"

    def days(*starts: int) -> str:
        return " ".join(day.format(start, start + 10, start + 16) for start in starts)

    ninth = "0 OFF 10 ON 11 D 13 OFF 14 D 17 ON 18 OFF 19 ON 20 D 23 ON 24 D 26 OFF 36"
    tenth = "0 OFF 10 ON 12 D 16 OFF 17 D 20 OFF 21 D 22 ON 24 D 27 OFF 37"
    assert violations(evaluated(ninth, exceptions=claim)) == [], "F9"
    assert violations(evaluated(ninth)) == [("14_hour_window", 24, 26)]
    assert violations(evaluated(tenth, exceptions=claim)) == [("16_hour_window", 26, 27)], "F10"
    assert violations(evaluated(f"{days(0)} 32", exceptions=claim)) == []
    assert violations(evaluated("0 ON 10 D 17 OFF 27", exceptions=claim)) == [("16_hour_window", 16, 17)]
    assert violations(evaluated(f"{days(0, 26)} 60", exceptions=claim)) == [("14_hour_window", 40, 42)]
    assert violations(evaluated(f"{days(0, 50)} 80", exceptions=claim)) == []
    # What is not used is not used up: the first day ends its driving in the 14th hour.
    assert violations(evaluated(f"0 ON 10 D 14 ON 16 OFF {days(26)} 60", exceptions=claim)) == []


def test_agricultural_operations_do_not_count() -> None:
    log = "0 ON 1 D 6 OFF 7 D 8 ON 18 D 23 ON 24"
    claim = ClaimedException("agricultural", moment(9), moment(17))
    assert violations(evaluated(log, exceptions=[claim])) == [("14_hour_window", 22, 23)]
    mornings = [ClaimedException("agricultural", moment(start), moment(start + 5)) for start in (4, 28)]
    f24 = "0 ON 4 D 9 ON 9:15 D 15 SB 24 OFF 33 ON 33:15 D 39 ON 48"
    assert violations(evaluated(f24, exceptions=mornings)) == []
    assert violations(evaluated(log, exceptions=[ClaimedException("agricultural")])) == []
    assert [one[1] for one in violations(evaluated(log))] == [18]


def test_passengers() -> None:
    rules = "passenger_60_7"
    assert violations(evaluated("0 D 5 OFF 6 D 11 OFF 19", ruleset=rules)) == []
    assert violations(evaluated("0 D 5 OFF 6 D 12 OFF 20", ruleset=rules)) == [("10_hour_driving", 11, 12)]
    f25, f26 = (
        "0 OFF 2 D 12 OFF 18 SB 20 D 24",
        "0 OFF 8 ON 10 D 14 OFF 15 D 17 SB 18 D 20 OFF 25 D 26 ON 29 D 30 ON 32 OFF",
    )
    f27 = "0 OFF 2 D 4 OFF 5 ON 7 OFF 8 D 13 OFF 15 ON 19 D 20 ON 21 OFF 22 D 24"
    f28 = "0 OFF 4 ON 5 D 10 OFF 12 ON 13 D 18 OFF 19 ON 20 D 21 OFF 24"
    assert violations(evaluated(f25, ruleset=rules)) == []
    assert violations(evaluated(f"{f26} 40 D 48", ruleset=rules)) == []
    assert violations(evaluated(f27, ruleset=rules)) == [("15_hour_on_duty", 22, 24)]
    assert violations(evaluated(f28, ruleset=rules)) == [("10_hour_driving", 20, 21)]
    # Fifteen hours are a sum: six hours off do not count, where a window would have closed.
    assert violations(evaluated("0 ON 9 OFF 15 D 21 OFF 29", ruleset=rules)) == []
    assert violations(evaluated("0 ON 9 OFF 15 D 22 OFF 30", ruleset=rules)) == [("15_hour_on_duty", 21, 22)]
    fresh = evaluated("0 D 10 OFF 18", ruleset=rules)
    assert (left(fresh), fresh.clocks.until_break) == ((10, 15), None)
    # Berth time may be split, none of it shorter than two hours, eight hours in all: 395.1(g)(3).
    assert violations(evaluated("0 D 6 SB 10 D 14 SB 18 D 24 OFF 32", ruleset=rules)) == []
    assert violations(evaluated("0 D 6 OFF 10 D 14 OFF 18 D 24 OFF 32", ruleset=rules)) == [
        ("10_hour_driving", 18, 24),
        ("15_hour_on_duty", 23, 24),
    ]
    # There is no restart: 34 hours off leave what the last seven days leave.
    assert evaluated(f"{week(10, 10, 10)} 106", ruleset=rules, at=106).clocks.cycle == 30 * 3600
    assert evaluated(f"{week(10, 10, 10)} 106", at=106).clocks.cycle == 60 * 3600
