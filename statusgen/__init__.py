"""statusgen: a static status page from Markdown and health-check logs."""

__version__ = "0.1.0"
