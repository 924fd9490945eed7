"""Life cycles that several tables of governance share; pure."""
