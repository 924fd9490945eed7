"""Who was at a safety meeting, and its quiz: what people sign, answer and are asked for years later, so it is rows."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Integer, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class MeetingAttendee(TenantModel, Timestamped):
    """Somebody on the list of a meeting: invited or not, there or not, with the signature. Once signed, a trigger keeps it."""

    __tablename__ = "meeting_attendees"
    __facts__ = TableFacts(audit_redact=("signature",))
    __unique__ = ("safety_meeting_id, driver_id", "safety_meeting_id, user_id")
    __indexes__ = ("driver_id", "user_id", "training_record_id", "tenant_id, signed_at DESC")
    __table_args__ = (
        one_of("signed_with", "own_account", "leader"),
        CheckConstraint("num_nonnulls(driver_id, user_id, guest_name) = 1", name="it_is_one_person"),
        CheckConstraint(
            "num_nonnulls(signed_at, signed_name, signed_with) IN (0, 3)",
            name="a_signature_has_its_time_and_name",
        ),
        CheckConstraint("signed_at IS NULL OR came_at IS NOT NULL", name="whoever_signs_was_there"),
        CheckConstraint(
            "num_nonnulls(withdrawn_at, withdrawal_reason) IN (0, 2)", name="what_is_withdrawn_has_a_reason"
        ),
        {"comment": "Who was invited to a meeting, who came, and who signed"},
    )

    safety_meeting_id: Mapped[UUID] = reference("safety_meetings", cascade=True)
    driver_id: Mapped[UUID | None] = reference("drivers")
    user_id: Mapped[UUID | None] = reference("users", comment="Somebody with an account who is no driver")
    guest_name: Mapped[str | None] = mapped_column(String(255), comment="Somebody from outside")
    guest_company: Mapped[str | None] = mapped_column(String(255))
    is_invited: Mapped[bool] = mapped_column(server_default="false", comment="Was asked to come")
    came_at: Mapped[datetime | None] = mapped_column(comment="When it was noted that the person is there")
    came_noted_by_user_id: Mapped[UUID | None] = reference("users")
    signed_at: Mapped[datetime | None]
    signed_name: Mapped[str | None] = mapped_column(String(255), comment="As signed")
    signature: Mapped[str | None] = mapped_column(Text, comment="Base64 PNG; null: signed by the typed name")
    signed_with: Mapped[str | None] = mapped_column(
        String(20),
        comment="own_account: on the own phone; leader: on the device of whoever led the meeting",
    )
    signed_by_user_id: Mapped[UUID | None] = reference("users", comment="Account that took the signature")
    withdrawn_at: Mapped[datetime | None] = mapped_column(comment="When the attendance was withdrawn")
    withdrawn_by_user_id: Mapped[UUID | None] = reference("users")
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    training_record_id: Mapped[UUID | None] = reference(
        "driver_training_records", comment="What the meeting counts as"
    )


class MeetingQuestion(TenantModel, Timestamped):
    """A question of a meeting's quiz. Right answers are told to nobody who has not answered."""

    __tablename__ = "meeting_questions"
    __facts__ = TableFacts(audit_redact=("right_choices",))
    __unique__ = ("safety_meeting_id, position",)
    __indexes__ = ("tenant_id, created_at",)
    __table_args__ = (
        CheckConstraint("position > 0", name="position_from_one"),
        CheckConstraint("cardinality(choices) BETWEEN 2 AND 10", name="two_to_ten_choices"),
        CheckConstraint("cardinality(right_choices) > 0", name="at_least_one_choice_is_right"),
        {"comment": "Questions of meetings' quizzes"},
    )

    safety_meeting_id: Mapped[UUID] = reference("safety_meetings", cascade=True)
    position: Mapped[int] = mapped_column(comment="Place in the quiz, from 1")
    question_text: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), comment="Answers to choose from")
    right_choices: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), comment="Places of the right ones, from 0"
    )


class MeetingQuizAttempt(TenantModel):
    """What somebody answered, once: it stays as it was sent."""

    __tablename__ = "meeting_quiz_attempts"
    __unique__ = ("meeting_attendee_id, attempt_number",)
    __indexes__ = ("tenant_id, submitted_at DESC",)
    __table_args__ = (
        CheckConstraint("attempt_number > 0", name="attempts_from_one"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score_is_a_percentage"),
        {"comment": "Answers to meetings' quizzes, each attempt a row"},
    )

    meeting_attendee_id: Mapped[UUID] = reference("meeting_attendees", cascade=True)
    attempt_number: Mapped[int] = mapped_column(comment="From 1")
    answers: Mapped[Any] = mapped_column(JSONB, comment="Question -> places of the chosen answers")
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2), comment="Percent of the questions")
    passed: Mapped[bool]
    submitted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    submitted_by_user_id: Mapped[UUID | None] = reference("users", comment="Account that sent it")
