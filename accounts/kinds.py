"""Kinds of job and of notice of accounts."""

from __future__ import annotations

from accounts.notices import DAILY, notice_kind
from core.jobs import kind

MAIL_RESET = kind("accounts.mail_reset", "Mail a link for a new password", max_attempts=5)
MAIL_NOTICES = kind("accounts.mail_notices", "Mail notices", max_attempts=1)

JOB_ENDED = notice_kind("job_ended", "My background work has ended")
JOB_FAILED = notice_kind("job_failed", "My background work has failed", mail=DAILY)
INVITATION_ACCEPTED = notice_kind("invitation_accepted", "Somebody I invited has joined")
