"""Job kinds of accounts."""

from __future__ import annotations

from core.jobs import kind

MAIL_RESET = kind("accounts.mail_reset", "Mail a link for a new password", max_attempts=5)
