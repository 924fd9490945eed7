"""What is known of stored files. They come in by an upload, and leave by a download, through routes of their own."""

from __future__ import annotations

from motorpool.core.files.models import StoredFile
from motorpool.core.resource.declaration import READ_ONLY, Resource, Scope, Verb

RESOURCES = (
    Resource(
        model=StoredFile,
        label="File",
        operations=READ_ONLY,
        hidden=("storage_key",),
        verbs=(Verb("create", "Upload files"), Verb("delete", "Delete files")),
        default_sort="-created_at",
        scope=Scope(own="t.uploaded_by_user_id = %(actor_user)s"),
        list_columns=("name", "media_type", "size_bytes", "uploaded_by_user_id", "created_at"),
        title_column="name",
    ),
)
