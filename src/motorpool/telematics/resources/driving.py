"""Driver behaviour and dashcam footage."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Lock, Resource, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import DriverBehaviorEvent, VideoTelematicsFootage

OWN_DRIVING = "t.driver_id = %(actor_driver)s"

RESOURCES = (
    Resource(
        model=DriverBehaviorEvent,
        label="Driver behaviour event",
        operations=READ_ONLY,
        default_sort="-recorded_at",
        scope=vehicle_scope(own=OWN_DRIVING),
        list_columns=(
            "recorded_at",
            "event_type",
            "severity",
            "driver_id",
            "vehicle_id",
            "speed_at_event",
            "speed_limit",
            "g_force",
        ),
        title_column="event_type",
    ),
    Resource(
        model=VideoTelematicsFootage,
        label="Dashcam clip",
        operations=FULL,
        writable=tuple(
            "driver_id event_type event_id camera_position video_url thumbnail_url duration_seconds file_size_bytes "
            "resolution latitude longitude tags legal_hold".split()
        ),
        create_only=("vehicle_id", "recorded_at"),
        default_sort="-recorded_at",
        computed={
            "content": Computed(
                "CASE WHEN t.content_deleted_at IS NOT NULL THEN 'deleted' WHEN t.file_id IS NULL THEN 'linked' "
                "WHEN t.is_archived THEN 'archived' ELSE 'kept' END",
                Literal["kept", "archived", "linked", "deleted"],
                "Where the film is: in the file store, in its archive, with the camera's provider, or deleted",
            )
        },
        locks=(
            # A clip may be sent as held; it is locked from then on.
            Lock(
                "t.legal_hold AND t.uploaded_at < now()",
                "This clip is held as evidence; release the hold first.",
                open=("legal_hold", "tags", "driver_id", "event_type", "event_id"),
            ),
        ),
        scope=vehicle_scope(own=OWN_DRIVING),
        verbs=(Verb("view_interior", "See clips of the camera inside the vehicle"),),
        list_columns=(
            "recorded_at",
            "vehicle_id",
            "driver_id",
            "camera_position",
            "event_type",
            "duration_seconds",
            "content",
            "legal_hold",
        ),
        title_column="recorded_at",
    ),
)
