"""Ratios of Motorpool against the floor, measured in one run. `make bench` prints them, `make soak` all of them."""
