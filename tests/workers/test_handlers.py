"""Every declared kind of job has a handler, and every handler belongs to a declared kind."""

from __future__ import annotations

from core.jobs import KINDS
from core.supervisor import programs
from workers.handlers import HANDLERS


def test_every_kind_has_a_handler() -> None:
    declared = {name for name in KINDS if not name.startswith("tests.")}
    assert declared == set(HANDLERS)


def test_every_kind_goes_to_a_queue_that_is_worked() -> None:
    commands = [program.command for program in programs.workers()]
    worked = {command[command.index("-Q") + 1] for command in commands}
    assert {kind.queue for kind in KINDS.values()} == worked == {"default", "drafts", "gpu"}
