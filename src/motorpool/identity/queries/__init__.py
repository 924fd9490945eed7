"""Hand-written reads of identity: who is asking, and what may they do."""
