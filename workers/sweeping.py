"""The periodic look after everything that a dead process may have left behind."""

from __future__ import annotations

from accounts.services.notice_mailing import wake_due_mails
from annotation.services.draft_budget import recount
from annotation.services.draft_work import clear_cancelled, stale_batches
from annotation.services.drafting import wake
from annotation.services.rescoring import wake_due_scores
from core import jobs
from curation.services.agreeing import wake_missing_figures
from training.services.supervising import wake_open_runs


def sweep_everything() -> dict[str, int]:
    """Jobs first, then rows whose job was lost between commit and start."""
    counts = jobs.sweep()
    batches = stale_batches()
    for batch in batches:
        if batch.budget_usd is not None:
            recount(batch=batch)
        wake(batch=batch, by=batch.by)
    counts["batches"] = len(batches)
    clear_cancelled()
    counts["scores"] = wake_due_scores()
    counts["runs"] = wake_open_runs()
    counts["figures"] = wake_missing_figures()
    counts["mails"] = wake_due_mails()
    return counts
