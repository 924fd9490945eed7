"""Life cycles that several tables of documents share; pure."""
