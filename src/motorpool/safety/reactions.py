"""What follows from changes of safety's rows."""
