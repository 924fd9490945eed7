"""May this vehicle, this driver be used? Every domain names its reasons against it; everybody asks here (decision 27)."""
