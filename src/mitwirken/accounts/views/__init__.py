"""Pages about one's own account, and the staff page about roles."""
