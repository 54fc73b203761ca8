"""The project owner's desk inside the Wagtail shell: projects, steps, contributions, moderation."""
