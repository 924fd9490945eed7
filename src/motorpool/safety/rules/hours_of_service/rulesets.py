"""The limits of 49 CFR 395.3 (property) and 395.5 (passengers), in seconds."""

from __future__ import annotations

from dataclasses import dataclass, replace

MINUTE, HOUR = 60, 3600

#: A break that lets a driver go on after eight hours of driving: 395.3(a)(3)(ii).
BREAK = 30 * MINUTE
#: Driving after which it is due.
DRIVING_BEFORE_BREAK = 8 * HOUR
#: What adverse driving conditions add to both limits: 395.1(b)(1).
ADVERSE = 2 * HOUR
#: The window of the 16-hour short-haul exception, 395.1(o), and in how many carrier days it may be used once.
LONG_WINDOW = 16 * HOUR
LONG_WINDOW_DAYS = 7
#: A short-haul driver is released within so much after coming on duty: 395.1(e)(1)(ii).
SHORT_HAUL_DUTY = 14 * HOUR
#: Shortest leg of a split rest: 395.1(g)(1)(ii)(A), (g)(3)(i).
LEG = 2 * HOUR
#: Violations shorter than this are nominal, longer than that egregious (FMCSA, questions on the rule of 2020, number 4).
NOMINAL_BELOW, EGREGIOUS_ABOVE = 15 * MINUTE, 3 * HOUR


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What one kind of carrier goes by. All times in seconds."""

    name: str
    #: Rest that starts both daily limits anew.
    reset: int
    #: Most driving, and the rule that it breaks.
    driving: int
    driving_rule: str
    #: How long after the anchor one may drive, and the rule.
    window: int
    window_rule: str
    #: The window is a sum of time on duty (passengers), not consecutive time (property).
    window_is_on_duty: bool
    #: Sleeper-berth time that a leg of a pair must hold: at least one (property) or both together (passengers).
    berth: int
    has_break: bool
    #: Rest that empties the cycle; None: there is no such thing.
    restart: int | None
    cycle: int
    cycle_days: int
    cycle_rule: str

    @property
    def splits_in_berth_only(self) -> bool:
        """Whether only berth time counts towards a split rest: 395.1(g)(3)."""
        return self.window_is_on_duty


_PROPERTY = Ruleset(
    name="property_60_7",
    reset=10 * HOUR,
    driving=11 * HOUR,
    driving_rule="11_hour_driving",
    window=14 * HOUR,
    window_rule="14_hour_window",
    window_is_on_duty=False,
    berth=7 * HOUR,
    has_break=True,
    restart=34 * HOUR,
    cycle=60 * HOUR,
    cycle_days=7,
    cycle_rule="60_hour_7_day",
)
_PASSENGER = replace(
    _PROPERTY,
    name="passenger_60_7",
    reset=8 * HOUR,
    driving=10 * HOUR,
    driving_rule="10_hour_driving",
    window=15 * HOUR,
    window_rule="15_hour_on_duty",
    window_is_on_duty=True,
    berth=8 * HOUR,
    has_break=False,
    restart=None,
)


def _every_day(rules: Ruleset) -> Ruleset:
    """The same for a carrier that runs on every day of the week."""
    name = rules.name.replace("60_7", "70_8")
    return replace(rules, name=name, cycle=70 * HOUR, cycle_days=8, cycle_rule="70_hour_8_day")


RULESETS = {
    rules.name: rules for rules in (_PROPERTY, _every_day(_PROPERTY), _PASSENGER, _every_day(_PASSENGER))
}
#: Names of the rules, for people.
RULE_WORDS = {
    "11_hour_driving": "11 hours of driving",
    "14_hour_window": "14-hour window",
    "30_minute_break": "30-minute break",
    "60_hour_7_day": "60 hours in 7 days",
    "70_hour_8_day": "70 hours in 8 days",
    "10_hour_driving": "10 hours of driving",
    "15_hour_on_duty": "15 hours on duty",
    "16_hour_window": "16-hour window",
}
BREAK_RULE = "30_minute_break"
LONG_WINDOW_RULE = "16_hour_window"
#: Rules that a split rest bears upon: it moves where driving and the window count from, neither the break nor the cycle.
SPLIT_RULES = frozenset(
    {LONG_WINDOW_RULE}
    | {rule for rules in RULESETS.values() for rule in (rules.driving_rule, rules.window_rule)}
)


def severity_of(seconds: int) -> str:
    """How grave a violation of this length is: nominal, ordinary or egregious."""
    if seconds < NOMINAL_BELOW:
        return "nominal"
    return "egregious" if seconds > EGREGIOUS_ABOVE else "ordinary"
