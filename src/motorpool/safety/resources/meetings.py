"""Safety meetings: who is invited, who came and signed, and the quiz."""

from __future__ import annotations

from motorpool.core.resource.declaration import (
    FULL,
    READ_ONLY,
    Computed,
    Lock,
    Move,
    Resource,
    Scope,
    States,
    Verb,
)
from motorpool.fleet.resources import AT_FACILITY
from motorpool.safety import shapes
from motorpool.safety.models import MeetingAttendee, MeetingQuestion, MeetingQuizAttempt, SafetyMeeting

LISTED = "FROM meeting_attendees a WHERE a.tenant_id = t.tenant_id AND a.safety_meeting_id = t.id"
CAME = "a.came_at IS NOT NULL AND a.withdrawn_at IS NULL"
SIGNED = "a.signed_at IS NOT NULL"
#: On the list, or leading it; and on the list as it was written down before lists were kept.
OWN_MEETING = (
    f"t.facilitator_user_id = %(actor_user)s OR EXISTS (SELECT {LISTED} "
    "AND (a.user_id = %(actor_user)s OR a.driver_id = %(actor_driver)s)) "
    "OR EXISTS (SELECT FROM jsonb_path_query(t.attendees, '$[*]') x "
    "WHERE x ->> 'user_id' = %(actor_user)s::text OR x ->> 'driver_id' = %(actor_driver)s::text)"
)
OF_MEETING = (
    "EXISTS (SELECT FROM safety_meetings m WHERE m.tenant_id = t.tenant_id AND m.id = t.safety_meeting_id "
    "AND {holds})"
)
OF_ATTENDEE = (
    "EXISTS (SELECT FROM meeting_attendees a JOIN safety_meetings m ON m.tenant_id = a.tenant_id "
    "AND m.id = a.safety_meeting_id WHERE a.tenant_id = t.tenant_id AND a.id = t.meeting_attendee_id AND {holds})"
)
HERE = "m.facility_id = ANY (%(reach_facilities)s)"
LED = "m.facilitator_user_id = %(actor_user)s"
ON_THE_LIST = (
    "EXISTS (SELECT FROM meeting_attendees a WHERE a.tenant_id = t.tenant_id "
    "AND a.safety_meeting_id = t.safety_meeting_id AND (a.user_id = %(actor_user)s OR a.driver_id = %(actor_driver)s))"
)

MEETING_STATES = States(
    "status",
    (
        Move(
            "hold",
            "held",
            leaves=("scheduled",),
            summary="It took place",
            takes=("attendees", "minutes", "duration_minutes", "action_items", "quiz_results"),
            stamps={"held_at": "now", "held_by_user_id": "actor"},
        ),
        Move(
            "cancel",
            "cancelled",
            leaves=("scheduled",),
            summary="It does not take place",
            takes=("cancellation_reason",),
            unless=(
                (f"EXISTS (SELECT {LISTED} AND {SIGNED})", "people have signed already that they were there"),
            ),
            final=True,
        ),
        Move(
            "reschedule",
            "scheduled",
            leaves=("scheduled", "held", "cancelled"),
            summary="Put it on another day",
            needs=("meeting_date",),
            stamps={"held_at": None, "held_by_user_id": None, "cancellation_reason": None},
            unless=(
                (f"EXISTS (SELECT {LISTED} AND {SIGNED})", "people have signed already that they were there"),
            ),
        ),
    ),
)

MEETINGS = (
    Resource(
        model=SafetyMeeting,
        label="Safety meeting",
        operations=FULL,
        writable=tuple(
            "meeting_date meeting_type topic facilitator_user_id facility_id incident_id location duration_minutes "
            "attendees agenda minutes action_items handouts quiz_results quiz_pass_percent quiz_attempts training_type "
            "training_valid_months".split()
        ),
        default_sort="-meeting_date",
        states=MEETING_STATES,
        computed={
            "attendance": Computed(
                f"coalesce(nullif((SELECT count(*) {LISTED} AND {CAME}), 0), "
                "CASE WHEN jsonb_typeof(t.attendees) = 'array' THEN jsonb_array_length(t.attendees) END, 0)",
                int,
                "How many people came",
            ),
            "invited_count": Computed(
                f"SELECT count(*) {LISTED} AND a.is_invited", int, "How many people were invited"
            ),
            "signed_count": Computed(
                f"SELECT count(*) {LISTED} AND {CAME} AND {SIGNED}",
                int,
                "How many of those who came have signed",
            ),
        },
        locks=(
            Lock(
                "t.status = 'held'",
                "The meeting is closed: only its minutes and handouts can still be changed.",
                open=("minutes", "handouts"),
            ),
            Lock(
                f"EXISTS (SELECT {LISTED} AND {SIGNED})",
                "People have signed that they were there: what they signed for stays as it is.",
                open=tuple(
                    "facilitator_user_id duration_minutes agenda minutes handouts attendees action_items quiz_results "
                    "quiz_pass_percent quiz_attempts training_type training_valid_months".split()
                ),
            ),
        ),
        verbs=(
            Verb(
                "lead",
                "Invite people, note who came, take signatures and set the quiz. Whoever leads a meeting may do so for it",
            ),
        ),
        shapes={
            "attendees": list[shapes.Attendee],
            "action_items": list[shapes.ActionItem],
            "quiz_results": list[shapes.QuizResult],
        },
        scope=Scope(facility=AT_FACILITY, own=OWN_MEETING),
        list_columns=(
            "topic",
            "meeting_type",
            "meeting_date",
            "status",
            "facilitator_user_id",
            "attendance",
            "signed_count",
        ),
        title_column="topic",
    ),
    Resource(
        model=MeetingAttendee,
        label="Meeting attendee",
        operations=READ_ONLY,
        filters=tuple("id safety_meeting_id driver_id user_id".split()),
        default_sort="-signed_at",
        hidden=("signature",),
        scope=Scope(
            facility=OF_MEETING.format(holds=HERE),
            own="t.user_id = %(actor_user)s OR t.driver_id = %(actor_driver)s OR "
            + OF_MEETING.format(holds=LED),
        ),
        list_columns=tuple(
            "safety_meeting_id driver_id user_id guest_name is_invited came_at signed_at withdrawn_at".split()
        ),
    ),
    Resource(
        model=MeetingQuestion,
        label="Meeting question",
        operations=READ_ONLY,
        filters=("id", "safety_meeting_id"),
        default_sort="created_at",
        hidden=("right_choices",),
        scope=Scope(
            facility=OF_MEETING.format(holds=HERE),
            own=f"{ON_THE_LIST} OR " + OF_MEETING.format(holds=LED),
        ),
        list_columns=("safety_meeting_id", "position", "question_text", "choices"),
        title_column="question_text",
    ),
    Resource(
        model=MeetingQuizAttempt,
        label="Quiz attempt",
        operations=READ_ONLY,
        filters=("id", "meeting_attendee_id", "submitted_at"),
        default_sort="-submitted_at",
        scope=Scope(
            facility=OF_ATTENDEE.format(holds=HERE),
            own=OF_ATTENDEE.format(
                holds=f"(a.user_id = %(actor_user)s OR a.driver_id = %(actor_driver)s OR {LED})"
            ),
        ),
        list_columns=("meeting_attendee_id", "attempt_number", "score", "passed", "submitted_at"),
    ),
)
