"""The machine side: draft pipelines, verifiers, the handler of every job kind, every Celery task."""
