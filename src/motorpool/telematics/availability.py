"""Why a vehicle may not be used, as telematics knows."""
