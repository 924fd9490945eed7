"""3D models that stand for vehicles in the viewer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from motorpool.core.database.models import TableFacts, TenantModel, Timestamped, one_of, reference


class Vehicle3DModel(TenantModel, Timestamped):
    """A 3D model of one vehicle, or of all vehicles of a make, model and year."""

    __tablename__ = "vehicle_3d_models"
    __facts__ = TableFacts(search=("name", "vehicle_make", "vehicle_model", "description"))
    __indexes__ = (
        "tenant_id, name, id",
        "tenant_id, status",
        "tenant_id, vehicle_make, vehicle_model, vehicle_year",
        "tenant_id, source",
        "tenant_id, created_at, id",
        "vehicle_id",
    )
    __table_args__ = (
        one_of("status", "draft", "review", "approved", "rejected", "retired"),
        one_of("up_axis", "y", "z"),
        CheckConstraint("poly_count >= 0 AND file_size_bytes >= 0", name="counts_not_negative"),
        CheckConstraint("scale_to_meters > 0", name="scale_above_zero"),
        CheckConstraint("quality_score BETWEEN 0 AND 1", name="quality_from_0_to_1"),
        CheckConstraint("vehicle_year BETWEEN 1900 AND 2100", name="year_from_1900_to_2100"),
        Index(
            "uq_vehicle_3d_models_default",
            "tenant_id",
            "vehicle_id",
            unique=True,
            postgresql_where=text("is_default"),
        ),
        {"comment": "3D models of vehicles for the viewer, augmented reality and damage pins"},
    )

    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)
    vehicle_id: Mapped[UUID | None] = reference(
        "vehicles", comment="null: for all of this make, model and year"
    )
    vehicle_make: Mapped[str | None] = mapped_column(String(100))
    vehicle_model: Mapped[str | None] = mapped_column(String(100))
    vehicle_year: Mapped[int | None] = mapped_column(comment="Model year")
    body_class: Mapped[str | None] = mapped_column(
        String(100), comment="Such as sedan, van, pickup, bus, where the model stands for a kind of vehicle"
    )
    color: Mapped[str | None] = mapped_column(String(50))
    status: Mapped[str] = mapped_column(
        String(20), server_default="draft", comment="Only approved models are shown to others"
    )
    source: Mapped[str] = mapped_column(
        String(50),
        server_default="upload",
        comment="Such as upload, triposr, meshy, turbosquid, scan, manufacturer",
    )
    triposr_generation_id: Mapped[UUID | None] = reference("triposr_3d_generations")
    meshy_generation_id: Mapped[UUID | None] = reference("meshy_ai_generations")
    turbosquid_model_id: Mapped[UUID | None] = reference("turbosquid_models")
    file_id: Mapped[UUID | None] = reference("files", comment="Stored file of the model")
    file_url: Mapped[str | None] = mapped_column(
        Text, comment="Address of the model if it is not stored here"
    )
    file_format: Mapped[str] = mapped_column(
        String(20), server_default="glb", comment="Such as glb, gltf, usdz, obj, fbx, stl, ply"
    )
    file_size_bytes: Mapped[int | None] = mapped_column(BigInteger, comment="Bytes")
    ar_file_url: Mapped[str | None] = mapped_column(Text, comment="USDZ for augmented reality on a phone")
    preview_image_url: Mapped[str | None] = mapped_column(Text)
    poly_count: Mapped[int | None] = mapped_column(comment="Polygons")
    texture_resolution: Mapped[str | None] = mapped_column(String(50), comment="Such as 2048x2048")
    scale_to_meters: Mapped[Decimal] = mapped_column(
        Numeric(12, 6), server_default="1", comment="Metres of one unit of the model"
    )
    up_axis: Mapped[str] = mapped_column(String(1), server_default="y", comment="Axis that points up")
    is_rigged: Mapped[bool] = mapped_column(server_default="false", comment="Doors and wheels can move")
    is_default: Mapped[bool] = mapped_column(
        server_default="false", comment="Shown first; at most one for a vehicle"
    )
    quality_score: Mapped[Decimal | None] = mapped_column(
        Numeric(3, 2), comment="0 to 1; the better one is chosen"
    )
    license_type: Mapped[str | None] = mapped_column(
        String(100), comment="Such as own, CC0, CC-BY-4.0, royalty_free, editorial"
    )
    attribution: Mapped[str | None] = mapped_column(
        Text, comment="Author and source as the licence wants them named"
    )
    review_notes: Mapped[str | None] = mapped_column(Text, comment="Why it was approved or rejected")
    reviewed_by_user_id: Mapped[UUID | None] = reference("users")
    tags: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    metadata_: Mapped[Any | None] = mapped_column("metadata", JSONB)
    created_by_user_id: Mapped[UUID | None] = reference("users")
