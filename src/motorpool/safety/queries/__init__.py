"""Questions about safety that the resources do not answer. One a file."""
