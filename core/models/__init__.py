"""Rows without a domain: background jobs and the audit log."""

from core.models.audit import AuditEntry
from core.models.job import Job, JobState

__all__ = ["AuditEntry", "Job", "JobState"]
