"""From committed positions to trips, stops, odometers and the live state: the I/O round the pure rules."""
