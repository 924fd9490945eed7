"""3D models that others make: bought ones, and those generated from photos or words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, one_of, reference


class TurbosquidModel(TenantModel):
    """TurboSquid 3D model library integration."""

    __tablename__ = "turbosquid_models"
    __facts__ = TableFacts(search=("model_name", "vehicle_make", "vehicle_model", "description"))
    __unique__ = ("turbosquid_id",)
    __indexes__ = (
        "vehicle_make, vehicle_model, vehicle_year",
        "category",
        "gin (tags)",
        "tenant_id, model_name, id",
        "tenant_id, category",
        "tenant_id, is_purchased",
        "tenant_id, created_at, id",
    )
    __table_args__ = (
        CheckConstraint("price_usd >= 0", name="price_not_negative"),
        CheckConstraint("rating BETWEEN 0 AND 5", name="rating_from_0_to_5"),
        CheckConstraint("poly_count >= 0", name="poly_count_not_negative"),
        {"comment": "TurboSquid 3D model library integration"},
    )

    turbosquid_id: Mapped[str | None] = mapped_column(String(100), comment="Number in the library")
    model_name: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(
        String(100), comment="Such as vehicle, equipment, environment"
    )
    vehicle_make: Mapped[str | None] = mapped_column(String(100))
    vehicle_model: Mapped[str | None] = mapped_column(String(100))
    vehicle_year: Mapped[int | None]
    file_formats: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="Such as fbx, obj, gltf, blend"
    )
    poly_count: Mapped[int | None] = mapped_column(comment="Polygons")
    texture_resolution: Mapped[str | None] = mapped_column(String(50), comment="Such as 4096x4096")
    is_rigged: Mapped[bool] = mapped_column(server_default="false")
    is_animated: Mapped[bool] = mapped_column(server_default="false")
    preview_image_url: Mapped[str | None] = mapped_column(Text)
    model_download_url: Mapped[str | None] = mapped_column(Text)
    license_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as royalty_free, editorial, extended"
    )
    price_usd: Mapped[Decimal | None] = mapped_column(Numeric(10, 2), comment="US dollars")
    rating: Mapped[Decimal | None] = mapped_column(Numeric(3, 2), comment="0 to 5 stars")
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    downloaded_at: Mapped[datetime | None]
    local_file_path: Mapped[str | None] = mapped_column(Text, comment="Where the file store holds it")
    is_purchased: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Triposr3DGeneration(TenantModel):
    """TripoSR AI-generated 3D models from damage photos."""

    __tablename__ = "triposr_3d_generations"
    __facts__ = TableFacts(audit_ignore=("progress_percent",))
    __indexes__ = (
        "damage_report_id",
        "vehicle_id, created_at DESC",
        "generation_status",
        "tenant_id, generation_status",
        "tenant_id, created_at, id",
    )
    __table_args__ = (
        CheckConstraint("cardinality(source_photos) > 0", name="at_least_one_photo"),
        CheckConstraint("ai_confidence_score BETWEEN 0 AND 1", name="confidence_from_0_to_1"),
        CheckConstraint("progress_percent BETWEEN 0 AND 100", name="progress_from_0_to_100"),
        one_of("generation_status", "pending", "processing", "completed", "failed"),
        {"comment": "TripoSR AI-generated 3D models from damage photos"},
    )

    damage_report_id: Mapped[UUID | None] = reference("damage_reports")
    vehicle_id: Mapped[UUID | None] = reference("vehicles")
    source_photos: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="URLs to input photos")
    generation_status: Mapped[str] = mapped_column(String(20), server_default="pending")
    progress_percent: Mapped[int] = mapped_column(server_default="0", comment="As the provider reports it")
    triposr_task_id: Mapped[str | None] = mapped_column(
        String(255), comment="The provider's number of the task"
    )
    model_url: Mapped[str | None] = mapped_column(Text, comment="Generated GLB/GLTF URL")
    preview_url: Mapped[str | None] = mapped_column(Text)
    poly_count: Mapped[int | None] = mapped_column(comment="Polygons")
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="Bytes")
    processing_time_seconds: Mapped[int | None] = mapped_column(comment="Seconds")
    ai_confidence_score: Mapped[Decimal | None] = mapped_column(Numeric(3, 2), comment="0 to 1")
    error_message: Mapped[str | None] = mapped_column(Text)
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    requested_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MeshyAiGeneration(TenantModel):
    """Meshy.AI text-to-3D model generation."""

    __tablename__ = "meshy_ai_generations"
    __facts__ = TableFacts(search=("prompt",), audit_ignore=("progress_percent",))
    __unique__ = ("meshy_task_id",)
    __indexes__ = (
        "tenant_id, created_at DESC",
        "meshy_task_id",
        "generation_status",
        "tenant_id, generation_status",
        "vehicle_id",
    )
    __table_args__ = (
        CheckConstraint(
            "prompt IS NOT NULL OR cardinality(reference_images) > 0", name="a_prompt_or_an_image_is_given"
        ),
        CheckConstraint("steps > 0", name="steps_above_zero"),
        CheckConstraint("progress_percent BETWEEN 0 AND 100", name="progress_from_0_to_100"),
        one_of("generation_status", "pending", "processing", "completed", "failed"),
        {"comment": "Meshy.AI text-to-3D model generation"},
    )

    generation_type: Mapped[str | None] = mapped_column(
        String(50), comment="Such as text_to_3d, image_to_3d, refinement"
    )
    vehicle_id: Mapped[UUID | None] = reference("vehicles", comment="Vehicle that it is for")
    prompt: Mapped[str | None] = mapped_column(Text, comment="What the model shall look like")
    negative_prompt: Mapped[str | None] = mapped_column(Text, comment="What it shall not look like")
    reference_images: Mapped[list[str] | None] = mapped_column(ARRAY(Text), comment="Addresses of pictures")
    meshy_task_id: Mapped[str | None] = mapped_column(
        String(255), comment="The provider's number of the task"
    )
    generation_status: Mapped[str] = mapped_column(String(20), server_default="pending")
    progress_percent: Mapped[int] = mapped_column(server_default="0", comment="As the provider reports it")
    model_url: Mapped[str | None] = mapped_column(Text)
    preview_url: Mapped[str | None] = mapped_column(Text)
    texture_urls: Mapped[Any | None] = mapped_column(
        JSONB, comment="Addresses by kind: base_color, metallic, normal, roughness"
    )
    poly_count: Mapped[int | None] = mapped_column(comment="Polygons")
    art_style: Mapped[str | None] = mapped_column(
        String(100), comment="Such as realistic, cartoon, low_poly, pbr"
    )
    seed: Mapped[int | None] = mapped_column(BigInteger, comment="The same seed gives the same model")
    steps: Mapped[int | None] = mapped_column(comment="Refinement steps")
    guidance_scale: Mapped[Decimal | None] = mapped_column(
        Numeric(4, 2), comment="How closely the prompt is followed"
    )
    error_message: Mapped[str | None] = mapped_column(Text)
    processing_time_seconds: Mapped[int | None] = mapped_column(comment="Seconds")
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    requested_by_user_id: Mapped[UUID | None] = reference("users")
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
