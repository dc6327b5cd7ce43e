"""Management commands of workers."""
