"""What follows from changes of the fleet's rows."""
