"""Why a vehicle or driver may not be used, as the fleet's own tables tell."""
