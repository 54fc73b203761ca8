"""Pages about events: the guest's and those of staff."""
