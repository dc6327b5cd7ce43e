"""Starting, running and sweeping background jobs.

A page or service calls ``start(kind, ...)``: it writes the row and sends one message after commit.
A worker claims the row by one conditional UPDATE and runs the handler that `workers` maps to the
kind. A periodic ``sweep`` finds what was never sent or whose lease ran out. Handlers must be safe
to run again: a worker may die after the effect and before the row says so.
"""

from core.jobs.kinds import KINDS, Kind, kind
from core.jobs.running import Again, JobCancelled, JobRun, run_claimed
from core.jobs.sending import retry, start
from core.jobs.stopping import cancel
from core.jobs.sweeping import sweep

__all__ = [
    "KINDS",
    "Again",
    "JobCancelled",
    "JobRun",
    "Kind",
    "cancel",
    "kind",
    "retry",
    "run_claimed",
    "start",
    "sweep",
]
