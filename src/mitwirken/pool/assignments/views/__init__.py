"""Pages about tasks: the member's, the public one, and those of staff."""
