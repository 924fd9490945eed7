"""What an actor may do: `deny > grant > role`, each with a reach (all, some facilities or departments, own rows)."""

from motorpool.core.access.decision import EVERYTHING, NOTHING, Access, Reach

__all__ = ["EVERYTHING", "NOTHING", "Access", "Reach"]
