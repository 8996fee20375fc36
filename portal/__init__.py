"""The site itself: settings, addresses, editions, cached pages, jobs, the frame of the admin around news and rates."""

__version__ = "0.1.0"
"""Of the portal. pyproject.toml repeats it, which a test compares; CHANGELOG.md says what each version brought."""
