"""Why a vehicle or driver may not be used, as inspections and papers tell."""
