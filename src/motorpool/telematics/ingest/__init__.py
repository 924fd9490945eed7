"""From what a sender hands over to committed rows: decode, check, find the vehicle, write, acknowledge."""
