"""What the assets domain offers."""

from __future__ import annotations

from motorpool.assets.models import (
    AssetTag,
    AssetTransfer,
    Equipment,
    MeshyAiGeneration,
    Triposr3DGeneration,
    TurbosquidModel,
    Vehicle3DModel,
)
from motorpool.assets.rules.states import EQUIPMENT, GENERATION, MODEL, TRANSFER
from motorpool.core.resource.declaration import FULL, Computed, Numbered, Operation, Resource, Scope
from motorpool.fleet.resources import AT_FACILITY, OF_DEPARTMENT, VEHICLE_AT_FACILITY, vehicle_scope

#: Asked for, looked at and thrown away; what comes of it is the machine's.
ORDERED: tuple[Operation, ...] = ("list", "get", "create", "delete")

RESOURCES = (
    Resource(
        model=Equipment,
        label="Equipment",
        plural="Equipment",
        writable=tuple(
            "equipment_number name equipment_type manufacturer model serial_number facility_id department_id vehicle_id "
            "held_by_user_id purchased_on purchase_price warranty_until next_service_on notes metadata".split()
        ),
        default_sort="equipment_number",
        states=EQUIPMENT,
        computed={
            "service_is_due": Computed(
                "coalesce(t.next_service_on <= %(today)s AND t.status NOT IN ('lost', 'retired'), false)",
                bool,
                "Calibration or inspection is due",
            )
        },
        scope=Scope(
            facility=f"{AT_FACILITY} OR {VEHICLE_AT_FACILITY}",
            department=OF_DEPARTMENT,
            own="t.held_by_user_id = %(actor_user)s",
        ),
        list_columns=tuple(
            "equipment_number name equipment_type status facility_id held_by_user_id next_service_on".split()
        ),
        title_column="name",
        examples={"equipment_number": "TL-0042", "name": "Torque wrench 3/4 in", "equipment_type": "tool"},
    ),
    Resource(
        model=AssetTag,
        label="Asset tag",
        operations=FULL,
        writable=("tag_type", "tag_location", "is_primary", "is_active"),
        create_only=("entity_type", "entity_id", "tag_identifier"),
        made_by=("created_by_user_id",),
        default_sort="-created_at",
        list_columns=tuple(
            "tag_identifier tag_type entity_type entity_id tag_location is_primary is_active".split()
        ),
        title_column="tag_identifier",
        examples={"entity_type": "vehicle", "tag_type": "qr_code", "tag_identifier": "MP-000042"},
    ),
    Resource(
        model=AssetTransfer,
        label="Asset transfer",
        writable=tuple(
            "transfer_type from_location_id to_location_id from_department to_department from_user_id to_user_id "
            "transfer_date transfer_reason condition_before condition_after notes".split()
        ),
        create_only=("transfer_number", "asset_type", "asset_id"),
        numbered=Numbered("transfer_number", "TRF-{year}-{number:05}"),
        made_by=("requested_by_user_id",),
        default_sort="-transfer_date",
        states=TRANSFER,
        scope=Scope(
            facility="t.from_location_id = ANY (%(reach_facilities)s) OR t.to_location_id = ANY (%(reach_facilities)s)",
            own="t.from_user_id = %(actor_user)s OR t.to_user_id = %(actor_user)s "
            "OR t.requested_by_user_id = %(actor_user)s",
        ),
        list_columns=tuple(
            "transfer_number status asset_type asset_id transfer_type from_location_id to_location_id transfer_date".split()
        ),
        title_column="transfer_number",
        examples={"asset_type": "vehicle", "transfer_type": "location", "transfer_reason": "Rebalancing"},
    ),
    Resource(
        model=Vehicle3DModel,
        label="3D model",
        operations=FULL,
        writable=tuple(
            "name description vehicle_id vehicle_make vehicle_model vehicle_year body_class color source "
            "triposr_generation_id meshy_generation_id turbosquid_model_id file_id file_url file_format file_size_bytes "
            "ar_file_url preview_image_url poly_count texture_resolution scale_to_meters up_axis is_rigged is_default "
            "quality_score license_type attribution tags metadata".split()
        ),
        made_by=("created_by_user_id",),
        default_sort="name",
        expand={
            "vehicle": "vehicle_id",
            "triposr_generation": "triposr_generation_id",
            "meshy_generation": "meshy_generation_id",
            "turbosquid_model": "turbosquid_model_id",
        },
        states=MODEL,
        scope=vehicle_scope(),
        list_columns=tuple(
            "name vehicle_id vehicle_make vehicle_model vehicle_year source file_format status".split()
        ),
        title_column="name",
        examples={"name": "Ford Transit 2021, white", "file_format": "glb", "license_type": "CC0"},
    ),
    Resource(
        model=TurbosquidModel,
        label="TurboSquid model",
        operations=FULL,
        writable=tuple(
            "turbosquid_id model_name description category vehicle_make vehicle_model vehicle_year file_formats poly_count "
            "texture_resolution is_rigged is_animated preview_image_url model_download_url license_type price_usd rating "
            "tags is_purchased".split()
        ),
        default_sort="model_name",
        list_columns=tuple(
            "model_name turbosquid_id category vehicle_make vehicle_model vehicle_year price_usd is_purchased".split()
        ),
        title_column="model_name",
        examples={"model_name": "Ford Transit 2021", "category": "vehicle", "file_formats": ["gltf", "fbx"]},
    ),
    Resource(
        model=Triposr3DGeneration,
        label="Model from photos",
        plural="Models from photos",
        operations=ORDERED,
        writable=("damage_report_id", "vehicle_id", "source_photos", "metadata"),
        made_by=("requested_by_user_id",),
        default_sort="-created_at",
        states=GENERATION,
        scope=vehicle_scope(),
        list_columns=tuple(
            "created_at vehicle_id damage_report_id generation_status progress_percent ai_confidence_score poly_count".split()
        ),
    ),
    Resource(
        model=MeshyAiGeneration,
        label="Model from text",
        plural="Models from text",
        operations=ORDERED,
        writable=tuple(
            "generation_type vehicle_id prompt negative_prompt reference_images art_style seed steps guidance_scale".split()
        ),
        made_by=("requested_by_user_id",),
        default_sort="-created_at",
        states=GENERATION,
        scope=vehicle_scope(own="t.requested_by_user_id = %(actor_user)s"),
        list_columns=tuple(
            "created_at prompt generation_type art_style generation_status progress_percent poly_count".split()
        ),
        examples={"generation_type": "text_to_3d", "prompt": "White Ford Transit 2021 cargo van"},
    ),
)
