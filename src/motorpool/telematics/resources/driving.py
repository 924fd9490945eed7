"""Driver behaviour and dashcam footage."""

from __future__ import annotations

from typing import Literal

from motorpool.core.resource.declaration import FULL, READ_ONLY, Computed, Lock, Resource, Verb
from motorpool.fleet.resources import vehicle_scope
from motorpool.telematics.models import DriverBehaviorEvent, VideoTelematicsFootage

OWN_DRIVING = "t.driver_id = %(actor_driver)s"
CLIPS_PATH = "/api/v1/video-telematics-footage"
#: Pictures of the camera inside need a permission of their own, which these addresses ask for.
_PLAY, _PICTURE = (f"'{CLIPS_PATH}/' || {{t}}.id || '/{name}'" for name in ("play", "thumbnail"))

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
        shown={
            "video_url": f"CASE WHEN {{t}}.camera_position = 'interior' THEN {_PLAY} ELSE {{t}}.video_url END",
            "thumbnail_url": f"CASE WHEN {{t}}.camera_position = 'interior' AND {{t}}.thumbnail_url IS NOT NULL THEN {_PICTURE} "
            "ELSE {t}.thumbnail_url END",
        },
        rules=(
            # Whoever sends back what a read gave must not lose where the film is.
            (
                f"t.file_id IS NOT NULL OR t.content_deleted_at IS NOT NULL OR NOT starts_with(t.video_url, '{CLIPS_PATH}')",
                "video_url",
                "no film is kept here; give the address at the camera's provider",
            ),
            (
                "t.thumbnail_file_id IS NOT NULL OR t.content_deleted_at IS NOT NULL OR t.thumbnail_url IS NULL "
                f"OR NOT starts_with(t.thumbnail_url, '{CLIPS_PATH}')",
                "thumbnail_url",
                "no picture is kept here; give the address at the camera's provider",
            ),
        ),
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
