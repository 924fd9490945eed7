"""The tables of assets."""

from motorpool.assets.models.equipment import Equipment
from motorpool.assets.models.models_3d import MeshyAiGeneration, Triposr3DGeneration, TurbosquidModel
from motorpool.assets.models.tags import AssetTag, AssetTransfer
from motorpool.assets.models.vehicle_models import Vehicle3DModel

__all__ = [
    "AssetTag",
    "AssetTransfer",
    "Equipment",
    "MeshyAiGeneration",
    "Triposr3DGeneration",
    "TurbosquidModel",
    "Vehicle3DModel",
]
