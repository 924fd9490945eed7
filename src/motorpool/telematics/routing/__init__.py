"""Planning routes: travel between places, the order of stops, and the line on the map."""
