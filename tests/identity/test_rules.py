from __future__ import annotations

import statistics
import time
from uuid import UUID, uuid4

import pytest
from hypothesis import given, strategies as st

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.secrets import Keyring, generate_key
from motorpool.identity.http import safe_next
from motorpool.identity.rules.grants import (
    covers,
    covers_access,
    permission_problems,
    role_rules,
    uncovered_patterns,
)
from motorpool.identity.rules.passwords import hash_password, needs_rehash, password_problems, verify_password
from motorpool.identity.rules.sign_in_limits import Failures, address_key, email_key, seconds_to_wait
from motorpool.identity.rules.system_roles import (
    ALONG_THE_ROAD,
    BY_NAME,
    PERSONAL,
    SENSITIVE,
    SYSTEM_ROLES,
    PermissionFact,
)
from motorpool.identity.rules.tokens import csrf_matches, csrf_token, new_token, parse_token

FACTS = [
    PermissionFact(f"{collection}.{action}", "", "", category)
    for category, collections in {
        "Fleet": ("vehicles", "drivers", "driver_assignments", "vendors", "meter_readings"),
        "Telematics": ("trips", "stops", "vehicle_locations", "vehicle_states", "obd_telemetry", "devices"),
        "Identity": ("users", "roles", "api_tokens", "sessions", "user_activity_log"),
        "System": ("audit_trails",),
        "Finance": ("invoices",),
    }.items()
    for collection in collections
    for action in ("read", "create", "update", "delete")
]


def access_of(role: str) -> Access:
    return Access(tuple(role_rules(BY_NAME[role].permissions(FACTS), role, None, None)))


# -- passwords


def test_password_is_verified_and_salted() -> None:
    first, second = hash_password("a fine pass phrase"), hash_password("a fine pass phrase")
    assert first.startswith("$argon2id$")
    assert first != second
    assert verify_password(first, "a fine pass phrase")
    assert not verify_password(first, "a fine pass phrasE")
    assert not verify_password("not a hash", "x")
    assert not verify_password(None, "a fine pass phrase")


def test_weaker_parameters_ask_for_a_new_hash() -> None:
    from argon2 import PasswordHasher

    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("x"))
    assert not needs_rehash(hash_password("x"))


def test_unknown_account_costs_the_same_time() -> None:
    stored = hash_password("a fine pass phrase")

    def median(hashed: str | None) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            verify_password(hashed, "wrong wrong wrong")
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    assert 0.4 < median(None) / median(stored) < 2.5


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short pw1", "too_short"),
        ("x" * 257, "too_long"),
        ("Password123", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("dispatch-2026!", "contains_email"),
        ("xDISPATCHx99", "contains_email"),
    ],
)
def test_bad_passwords(password: str, code: str) -> None:
    assert [problem.code for problem in password_problems(password, "dispatch@example.org")] == [code]


def test_good_passwords() -> None:
    assert password_problems("correct horse battery", "jo@example.org") == []
    assert password_problems("jo likes long walks", "jo@example.org") == []
    assert password_problems("Zebrastreifen 7", "dispatch@example.org") == []


# -- tokens


@given(st.uuids())
def test_tokens_round_trip(tenant: UUID) -> None:
    for kind in ("api", "session", "link"):
        token = new_token(kind, tenant)
        assert parse_token(kind, token.text) == token
        assert token.secret not in repr(token)
    assert parse_token("session", new_token("api", tenant).text) is None
    assert parse_token("api", new_token("session", tenant).text) is None


@given(st.text())
def test_any_text_is_parsed_without_an_error(text: str) -> None:
    assert parse_token("api", text) is None


def test_hash_depends_on_key_kind_tenant_and_secret() -> None:
    ring, tenant = Keyring([generate_key()]), uuid4()
    token = new_token("api", tenant)
    others = [
        new_token("api", tenant),
        type(token)("session", tenant, token.secret),
        type(token)("api", uuid4(), token.secret),
    ]
    hashes = {other.stored_hash(ring) for other in (token, *others)} | {
        token.stored_hash(Keyring([generate_key()]))
    }
    assert len(hashes) == 5
    assert all(len(value) == 64 for value in hashes)


def test_a_retired_key_still_recognises_its_tokens() -> None:
    old = generate_key()
    token = new_token("api", uuid4())
    assert token.stored_hash(Keyring([old])) in token.possible_hashes(Keyring([generate_key(), old]))


def test_csrf_token_belongs_to_one_session() -> None:
    mine, other = new_token("session", uuid4()), new_token("session", uuid4())
    assert csrf_matches(mine, csrf_token(mine))
    assert not csrf_matches(mine, csrf_token(other))
    assert not csrf_matches(mine, "")
    assert not csrf_matches(mine, "ü")
    assert mine.secret not in csrf_token(mine)


# -- limits


def test_waits_grow_and_end() -> None:
    waits = [seconds_to_wait(Failures(count, 0), Failures()) for count in range(14)]
    assert waits[:5] == [0] * 5
    assert waits[5:8] == [30, 60, 120]
    assert max(waits) == 900
    assert seconds_to_wait(Failures(5, 29.5), Failures()) == 1
    assert seconds_to_wait(Failures(5, 31), Failures()) == 0
    assert seconds_to_wait(Failures(), Failures(29, 0)) == 0
    assert seconds_to_wait(Failures(), Failures(30, 100)) == 800


def test_keys_of_the_counters() -> None:
    assert email_key("  Jo@Example.ORG ") == "email:jo@example.org"
    assert address_key("192.0.2.1") == "ip:192.0.2.1"
    assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1")
    assert address_key("2001:db8:1:3::1") != address_key("2001:db8:1:2::1")
    assert address_key(None) == "ip:unknown"


# -- grants and roles


def test_permissions_are_validated_field_by_field() -> None:
    assert (
        permission_problems({"vehicles": {"actions": ["read"], "scope": "own"}, "*": {"actions": ["*"]}})
        == []
    )
    wrong = {
        "Vehicles": {"actions": ["read"]},
        "trips": {"actions": []},
        "stops": {"actions": ["read", 7], "scope": "team", "colour": 1},
        "users": ["read"],
    }
    assert {problem.field for problem in permission_problems(wrong)} == {
        "permissions.Vehicles",
        "permissions.trips.actions",
        "permissions.stops.actions[1]",
        "permissions.stops.scope",
        "permissions.stops.colour",
        "permissions.users",
    }
    assert permission_problems(["*"])[0].field == "permissions"


def test_a_malformed_grant_gives_nothing_and_spoils_nothing() -> None:
    rules = list(role_rules({"trips": "all", "stops": {"actions": ["read"]}}, "r", None, None))
    assert [rule.pattern for rule in rules] == ["stops.read"]
    assert list(role_rules("everything", "r", None, None)) == []


def test_places_narrow_the_reach() -> None:
    place, grant = (
        uuid4(),
        {"vehicles": {"actions": ["read"]}, "trips": {"actions": ["read"], "scope": "own"}},
    )
    everywhere = {rule.pattern: rule.reach for rule in role_rules(grant, "r", None, None)}
    assert everywhere == {"vehicles.read": Reach(everything=True), "trips.read": Reach(own=True)}
    somewhere = {rule.pattern: rule.reach for rule in role_rules(grant, "r", [place], None)}
    assert somewhere == {"vehicles.read": Reach(facilities=frozenset({place})), "trips.read": Reach(own=True)}
    assert [rule.pattern for rule in role_rules(grant, "r", [], None)] == ["trips.read"]


def test_every_system_role_is_valid() -> None:
    assert len(SYSTEM_ROLES) == 9
    for role in SYSTEM_ROLES:
        assert permission_problems(role.permissions(FACTS)) == []
        assert role.permissions(FACTS), role.name


def test_sensitive_collections_are_never_reached_through_a_category() -> None:
    allowed = {
        role.name: {name for name in SENSITIVE if access_of(role.name).allows(f"{name}.update")}
        for role in SYSTEM_ROLES
    }
    assert allowed.pop("admin") == SENSITIVE
    assert allowed.pop("fleet_manager") == {"devices", "video_telematics_footage", "technician_absences"}
    tests = {"drug_alcohol_tests", "injury_records", "video_telematics_footage"}
    assert allowed.pop("safety_officer") == tests
    assert allowed.pop("accountant") == {"payment_methods"}
    assert not any(allowed.values())
    own = dict.fromkeys(("outlook_emails",), Reach(own=True))
    absences = {"technician_absences": Reach(own=True)}
    for role, more in (("viewer", {}), ("technician", absences)):
        seen = {name: access_of(role).reach(f"{name}.read") for name in SENSITIVE}
        assert {name: reach for name, reach in seen.items() if reach} == own | more, role
    seen = {name: access_of("driver").reach(f"{name}.read") for name in SENSITIVE}
    own |= dict.fromkeys(("drug_alcohol_tests", "video_telematics_footage"), Reach(own=True))
    assert {name: reach for name, reach in seen.items() if reach} == own
    assert access_of("auditor").allows("audit_trails.read")
    assert not access_of("auditor").allows("devices.read")
    assert not access_of("auditor").allows("api_tokens.read")


def test_nobody_reads_what_is_personal_to_others() -> None:
    for role in SYSTEM_ROLES:
        for collection in PERSONAL:
            reach = access_of(role.name).reach(f"{collection}.read")
            assert reach == (Reach(everything=True) if role.name == "admin" else Reach(own=True)), role.name


def test_a_driver_reaches_own_rows_only() -> None:
    driver = access_of("driver")
    reaches = {fact.key: driver.reach(fact.key) for fact in FACTS if driver.allows(fact.key)}
    public = {f"{name}.read" for name in ALONG_THE_ROAD}
    assert {reach for key, reach in reaches.items() if key not in public} == {Reach(own=True)}
    assert {"vehicles.read", "trips.read", "stops.read", "driver_assignments.read"} <= set(reaches)
    assert not driver.allows("vehicle_locations.read")
    assert not driver.allows("vehicles.update")


def test_roles_differ_as_their_names_say() -> None:
    assert not any(access_of("viewer").allows(fact.key) for fact in FACTS if not fact.key.endswith(".read"))
    assert not any(access_of("auditor").allows(fact.key) for fact in FACTS if not fact.key.endswith(".read"))
    assert access_of("dispatcher").allows("driver_assignments.delete")
    assert not access_of("dispatcher").allows("vehicles.update")
    assert not access_of("technician").allows("vehicle_locations.read")
    assert access_of("accountant").allows("invoices.delete")
    assert not access_of("viewer").allows("invoices.read")


def test_nobody_hands_on_what_they_do_not_have() -> None:
    manager, admin = access_of("fleet_manager"), access_of("admin")
    assert covers_access(admin, manager)
    assert not covers_access(manager, admin)
    assert covers(manager, "vehicles.*")
    assert not covers(manager, "*.read")
    assert uncovered_patterns(manager, {"*": {"actions": ["*"]}}, None, None) == ["*.*"]
    denied = Access((*admin.rules, Rule("trips.delete", "d", deny=True)))
    assert not covers(denied, "trips.*")
    assert not covers(denied, "*.delete")
    assert covers(denied, "trips.read")
    assert not covers(admin.narrow(["trips.*"]), "vehicles.read")
    assert covers(admin.narrow(["trips.*"]), "trips.read")


def test_a_manager_of_one_place_gives_only_there() -> None:
    here, there = uuid4(), uuid4()
    local = Access(tuple(role_rules({"vehicles": {"actions": ["*"]}}, "r", [here], None)))
    grant = {"vehicles": {"actions": ["read"]}}
    assert uncovered_patterns(local, grant, [here], None) == []
    assert uncovered_patterns(local, grant, [there], None) == ["vehicles.read"]
    assert uncovered_patterns(local, grant, None, None) == ["vehicles.read"]


# -- where to go after signing in


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\tx",
        "/sign-in?next=/",
        "",
        None,
        "/sign-out",
        "evil",
        "/" + "a" * 3000,
        "/api/v1/users",
    ],
)
def test_unsafe_targets_lead_home(target: str | None) -> None:
    assert safe_next(target) == "/"


def test_own_pages_are_kept() -> None:
    assert safe_next("/vehicles/7?tab=trips&day=2026-05-21") == "/vehicles/7?tab=trips&day=2026-05-21"


@given(st.text())
def test_a_target_never_leaves_the_site(target: str) -> None:
    found = safe_next(target)
    assert found[0] == "/"
    assert not found.startswith("//")
    assert "\\" not in found
