"""What the documents domain offers."""

from __future__ import annotations

from dataclasses import replace

from motorpool.core.resource.declaration import (
    APPEND_ONLY,
    FULL,
    READ_ONLY,
    RETIRED,
    Computed,
    Move,
    Resource,
    Scope,
    States,
)
from motorpool.documents.models import (
    Comment,
    Document,
    DocumentAiAnalysis,
    DocumentAuditLog,
    DocumentComment,
    DocumentFolder,
    DocumentShare,
    DocumentVersion,
    RAGEmbedding,
    RecordAttachment,
)
from motorpool.documents.rules.bin import bin_states
from motorpool.documents.shapes import AccessControl
from motorpool.fleet.resources import DRIVEN_NOW, vehicle_scope
from motorpool.identity.queries.held_roles import HOLDS_ROLE

#: A share `s` for whoever acts: by name, by role or by department.
FOR_ONE = (
    "(s.shared_with_user_id = %(actor_user)s OR "
    + HOLDS_ROLE.format(role="s.shared_with_role")
    + " OR EXISTS (SELECT FROM users u JOIN departments g ON g.tenant_id = u.tenant_id AND g.id = u.department_id "
    "WHERE u.tenant_id = s.tenant_id AND u.id = %(actor_user)s AND g.code = s.shared_with_department))"
)
#: Documents that are one's own: sent in, about oneself, about the vehicle that one drives now, or shared with one by
#: somebody else: nobody gets at a document by a share that they made themselves.
OWN_DOCUMENT = (
    "({d}.uploaded_by_user_id = %(actor_user)s OR {d}.driver_id = %(actor_driver)s OR "
    + DRIVEN_NOW.format(vehicle="{d}.vehicle_id").replace("t.tenant_id", "{d}.tenant_id")
    + " OR EXISTS (SELECT FROM document_shares s WHERE s.tenant_id = {d}.tenant_id AND s.document_id = {d}.id "
    f"AND {FOR_ONE} AND s.shared_by_user_id <> %(actor_user)s AND (s.expires_at IS NULL OR s.expires_at > now())))"
)
#: A row that belongs to a document is reached through it.
OF_DOCUMENT = (
    "EXISTS (SELECT FROM documents d{joined} WHERE d.tenant_id = t.tenant_id AND d.id = t.document_id "
    "AND {condition})"
)
OF_ITS_VEHICLE = " JOIN vehicles v ON v.tenant_id = d.tenant_id AND v.id = d.vehicle_id"
#: Going up from the new parent must not lead back to the folder itself.
NOT_WITHIN_ITSELF = """NOT EXISTS (
    WITH RECURSIVE above AS (
        SELECT f.id, f.parent_folder_id FROM document_folders f
        WHERE f.tenant_id = t.tenant_id AND f.id = t.parent_folder_id
        UNION
        SELECT f.id, f.parent_folder_id FROM document_folders f
        JOIN above a ON f.tenant_id = t.tenant_id AND f.id = a.parent_folder_id
    ) SELECT FROM above WHERE above.id = t.id)"""


#: Rows that belong to a document. Whoever reaches the document reaches them, and nobody else writes one.
OF_REACHED_DOCUMENT = Scope(
    facility=OF_DOCUMENT.format(
        joined=OF_ITS_VEHICLE, condition="v.facility_id = ANY (%(reach_facilities)s)"
    ),
    department=OF_DOCUMENT.format(
        joined=OF_ITS_VEHICLE, condition="v.department_id = ANY (%(reach_departments)s)"
    ),
    own=OF_DOCUMENT.format(joined="", condition=OWN_DOCUMENT.format(d="d")),
)

RESOURCES = (
    Resource(
        model=DocumentFolder,
        label="Folder",
        operations=RETIRED,
        writable=tuple("folder_name parent_folder_id description color icon access_control".split()),
        made_by=("created_by_user_id",),
        default_sort="folder_name",
        shapes={"access_control": AccessControl},
        rules=(
            (NOT_WITHIN_ITSELF, "parent_folder_id", "a folder cannot be put into itself or below itself"),
        ),
        states=bin_states(
            kept=(
                ("t.is_system", "a system folder cannot be discarded"),
                (
                    "EXISTS (SELECT FROM document_folders f WHERE f.tenant_id = t.tenant_id "
                    "AND f.parent_folder_id = t.id AND f.status = 'active')",
                    "move or discard the folders in it first",
                ),
                (
                    "EXISTS (SELECT FROM documents d WHERE d.tenant_id = t.tenant_id "
                    "AND d.folder_id = t.id AND d.status = 'active')",
                    "move or discard the documents in it first",
                ),
            )
        ),
        computed={
            "document_count": Computed(
                "SELECT count(*) FROM documents d WHERE d.tenant_id = t.tenant_id AND d.folder_id = t.id "
                "AND d.status = 'active'",
                int,
                "Documents in it, without those in the bin",
            )
        },
        list_columns=("folder_name", "path", "parent_folder_id", "document_count", "description"),
        title_column="folder_name",
        examples={"folder_name": "Registrations", "color": "#4263eb", "icon": "folder"},
    ),
    Resource(
        model=Document,
        label="Document",
        operations=RETIRED,
        writable=tuple(
            "document_name description document_type document_number issued_on expires_on file_type file_size_bytes "
            "file_url file_id checksum thumbnail_url folder_id vehicle_id driver_id entity_type entity_id version "
            "parent_document_id tags access_control is_archived retention_date legal_hold".split()
        ),
        made_by=("uploaded_by_user_id",),
        hidden=("embedding_vector",),
        default_sort="-created_at",
        expand={
            "folder": "folder_id",
            "vehicle": "vehicle_id",
            "driver": "driver_id",
            "uploaded_by_user": "uploaded_by_user_id",
        },
        shapes={"access_control": AccessControl},
        states=bin_states(
            kept=(
                ("t.legal_hold", "a document under legal hold cannot be discarded"),
                ("t.retention_date >= %(today)s", "it must be kept until its retention date"),
            ),
            left_in=(
                (
                    "EXISTS (SELECT FROM document_folders f WHERE f.tenant_id = t.tenant_id "
                    "AND f.id = t.folder_id AND f.status = 'discarded')",
                    "its folder is in the bin; restore the folder, or move the document, first",
                ),
            ),
        ),
        computed={
            "expiry_state": Computed(
                "CASE WHEN t.expires_on IS NULL THEN 'none' WHEN t.expires_on < %(today)s THEN 'expired' "
                "WHEN t.expires_on <= %(today)s + 30 THEN 'expiring_soon' ELSE 'valid' END",
                str,
                "none, valid, expiring_soon (within 30 days) or expired",
            )
        },
        scope=vehicle_scope(own=OWN_DOCUMENT.format(d="t")),
        list_columns=(
            "document_name",
            "document_type",
            "folder_id",
            "vehicle_id",
            "driver_id",
            "expires_on",
            "expiry_state",
            "file_type",
            "created_at",
        ),
        title_column="document_name",
        examples={
            "document_name": "Registration BUS-12",
            "document_type": "registration",
            "file_type": "pdf",
            "file_url": "/api/v1/files/0197a2c4-5b1e-7c3a-9f00-2f6d1c1b7a10/content",
        },
    ),
    Resource(
        model=DocumentVersion,
        label="Document version",
        operations=APPEND_ONLY,
        create_only=tuple(
            "document_id version_number file_url file_id file_size_bytes change_description checksum".split()
        ),
        made_by=("changed_by_user_id",),
        default_sort="-created_at",
        expand={"document": "document_id", "changed_by_user": "changed_by_user_id"},
        scope=OF_REACHED_DOCUMENT,
        list_columns=(
            "document_id",
            "version_number",
            "change_description",
            "changed_by_user_id",
            "created_at",
        ),
        title_column="version_number",
    ),
    Resource(
        model=DocumentShare,
        label="Document share",
        operations=FULL,
        writable=("permission_level", "expires_at", "can_reshare"),
        create_only=("document_id", "shared_with_user_id", "shared_with_role", "shared_with_department"),
        made_by=("shared_by_user_id",),
        hidden=("share_link",),
        default_sort="-created_at",
        rules=(
            (
                "num_nonnulls(t.shared_with_user_id, t.shared_with_role, t.shared_with_department, t.share_link) = 1",
                "shared_with_user_id",
                "say whom it is shared with: one person, one role or one department",
            ),
        ),
        computed={
            "is_expired": Computed("coalesce(t.expires_at <= now(), false)", bool, "No longer valid"),
            "has_link": Computed("t.share_link IS NOT NULL", bool, "Whoever has the link may view"),
        },
        scope=OF_REACHED_DOCUMENT,
        list_columns=(
            "document_id",
            "shared_with_user_id",
            "shared_with_role",
            "shared_with_department",
            "permission_level",
            "expires_at",
            "shared_by_user_id",
        ),
        examples={"shared_with_role": "dispatcher", "permission_level": "view"},
    ),
    Resource(
        model=DocumentComment,
        label="Document comment",
        operations=FULL,
        writable=("comment_text", "page_number", "position_x", "position_y"),
        create_only=("document_id", "reply_to_comment_id"),
        made_by=("user_id",),
        default_sort="-created_at",
        rules=(
            (
                "t.reply_to_comment_id IS NULL OR EXISTS (SELECT FROM document_comments c WHERE c.tenant_id = "
                "t.tenant_id AND c.id = t.reply_to_comment_id AND c.document_id = t.document_id)",
                "reply_to_comment_id",
                "belongs to another document",
            ),
        ),
        states=States(
            "status",
            (
                Move(
                    "resolve",
                    "resolved",
                    leaves=("open",),
                    summary="Mark as settled",
                    stamps={"resolved_at": "now", "resolved_by_user_id": "actor"},
                ),
                Move(
                    "reopen",
                    "open",
                    leaves=("resolved",),
                    summary="Open again",
                    stamps={"resolved_at": None, "resolved_by_user_id": None},
                ),
            ),
        ),
        scope=OF_REACHED_DOCUMENT,
        list_columns=("comment_text", "document_id", "page_number", "user_id", "status", "created_at"),
        title_column="comment_text",
    ),
    Resource(
        model=DocumentAiAnalysis,
        label="Document analysis",
        plural="Document analyses",
        operations=READ_ONLY,
        default_sort="-analyzed_at",
        scope=OF_REACHED_DOCUMENT,
        list_columns=("document_id", "analysis_type", "ai_model", "confidence_score", "analyzed_at"),
        title_column="analysis_type",
    ),
    Resource(
        model=RAGEmbedding,
        label="Text embedding",
        operations=READ_ONLY,
        hidden=("embedding_vector",),
        default_sort="-created_at",
        list_columns=("source_type", "source_id", "chunk_index", "chunk_text", "model_used"),
        title_column="chunk_text",
    ),
    Resource(
        model=DocumentAuditLog,
        label="Document log entry",
        plural="Document log",
        operations=READ_ONLY,
        default_sort="-occurred_at",
        scope=Scope(own="t.user_id = %(actor_user)s"),
        list_columns=("occurred_at", "document_id", "action", "user_id", "ip_address"),
        title_column="action",
    ),
    Resource(
        model=Comment,
        label="Comment",
        operations=APPEND_ONLY,
        create_only=tuple("record_type record_id body reply_to_comment_id mentioned_user_ids".split()),
        made_by=("author_user_id",),
        filters=("id", "record_type", "record_id", "author_user_id", "reply_to_comment_id", "created_at"),
        default_sort="-created_at",
        rules=(
            (
                "t.reply_to_comment_id IS NULL OR EXISTS (SELECT FROM comments c WHERE c.tenant_id = t.tenant_id "
                "AND c.id = t.reply_to_comment_id AND c.record_type = t.record_type AND c.record_id = t.record_id)",
                "reply_to_comment_id",
                "belongs to another record",
            ),
        ),
        states=States(
            "status",
            (
                Move(
                    "edit",
                    "visible",
                    leaves=("visible",),
                    summary="Change the text",
                    takes=("body", "mentioned_user_ids"),
                    needs=("body",),
                    stamps={"edited_at": "now"},
                ),
                Move(
                    "remove",
                    "removed",
                    leaves=("visible",),
                    summary="Remove",
                    stamps={"deleted_at": "now", "deleted_by_user_id": "actor"},
                    final=True,
                ),
                Move(
                    "restore",
                    "visible",
                    leaves=("removed",),
                    summary="Bring back",
                    stamps={"deleted_at": None, "deleted_by_user_id": None},
                ),
            ),
        ),
        scope=Scope(own="t.author_user_id = %(actor_user)s", about="record_type"),
        list_columns=("body", "record_type", "author_user_id", "created_at", "edited_at", "status"),
        title_column="body",
        examples={"record_type": "vehicles", "body": "Waiting for the left mirror, expected on Thursday."},
    ),
    Resource(
        model=RecordAttachment,
        label="Attachment",
        operations=FULL,
        writable=("caption", "position"),
        create_only=("record_type", "record_id", "document_id"),
        made_by=("attached_by_user_id",),
        filters=("id", "record_type", "record_id", "document_id", "created_at"),
        default_sort="-created_at",
        scope=replace(OF_REACHED_DOCUMENT, about="record_type"),
        list_columns=("record_type", "record_id", "document_id", "caption", "created_at"),
        title_column="caption",
        examples={"record_type": "maintenance_records", "caption": "Left rear door"},
    ),
)
