"""What visitors and staff see of the website; one file per page."""
