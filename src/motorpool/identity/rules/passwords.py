"""Passwords: Argon2id, and what is too easy to guess.

Parameters: 46 MiB, one pass, one lane, the first choice of OWASP's Password Storage Cheat Sheet for Argon2id;
about 50 ms on a small server. A hash with other parameters is made anew at the next sign-in.
"""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from motorpool.core.errors import FieldProblem

MIN_LENGTH = 10
MAX_LENGTH = 256

_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
#: Of a random password that nobody has; verified when there is no account, so that the answer takes as long.
_NOBODY = "$argon2id$v=19$m=47104,t=1,p=1$dqb7XVgbKFZu4bNs3uQroA$hGgEBUNLmy5u0N7n/xvKpZUz6ERpDlSfKc7mxqt3POc"

#: The worst passwords of 10 characters and more in published leaks, and what people make of this product's
#: name.
_WORST = frozenset(
    (
        "1234567890",
        "12345678910",
        "0123456789",
        "0987654321",
        "1111111111",
        "0000000000",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qwertyuiop",
        "qwerty12345",
        "qwerty123456",
        "asdfghjkl1",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "passwort123",
        "letmein123",
        "welcome123",
        "welcome1234",
        "iloveyou12",
        "iloveyou123",
        "administrator",
        "admin12345",
        "admin123456",
        "changeme123",
        "changeme1234",
        "abcdefghij",
        "abcdefg123",
        "abc1234567",
        "sunshine123",
        "football123",
        "baseball123",
        "princess123",
        "superman123",
        "trustno1234",
        "motorpool1",
        "motorpool12",
        "motorpool123",
        "motorpool1234",
        "fleetmanager",
        "fleet12345",
    )
)


def hash_password(password: str) -> str:
    """The Argon2id hash to store. Takes about 50 ms of one core and 46 MiB: call it in a thread."""
    return _HASHER.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether a password is right. Without a stored hash it takes the same time and says no."""
    try:
        _HASHER.verify(stored or _NOBODY, password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def password_problems(password: str, email: str, field: str = "password") -> list[FieldProblem]:
    """What is wrong with a new password; empty when it may be used."""
    folded = password.casefold()
    local_part = email.partition("@")[0].casefold()
    if len(password) < MIN_LENGTH:
        return [FieldProblem(field, f"must have at least {MIN_LENGTH} characters", "too_short")]
    if len(password) > MAX_LENGTH:
        return [FieldProblem(field, f"must have at most {MAX_LENGTH} characters", "too_long")]
    if local_part and (
        local_part in folded if len(local_part) >= 4 else folded.strip("0123456789!.") == local_part
    ):
        return [FieldProblem(field, "must not contain the name from the e-mail address", "contains_email")]
    if folded in _WORST or len(set(folded)) < 4:
        return [
            FieldProblem(field, "is one of the passwords that are tried first; choose another", "too_common")
        ]
    return []
