"""Why a vehicle may not be used, as the shop knows."""
