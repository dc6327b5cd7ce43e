"""Which wording a project asks its models by: its own where it has one, else the installation's."""

from __future__ import annotations

from dataclasses import dataclass

from annotation.models import Prompt
from inference import prompts


@dataclass(frozen=True)
class Wording:
    """``name`` as drafts carry it: ``guidance.refine@1``, a project's own ``guidance.refine@p3``."""

    name: str
    text: str


def own_wordings(project_id: int) -> dict[str, Wording]:
    """By step the project's own active wordings, in one query."""
    rows = Prompt.objects.filter(project_id=project_id, is_active=True)
    return {row.step: Wording(f"{row.step}@p{row.number}", row.text) for row in rows}


def built_in(step: str) -> Wording:
    """The newest wording that ships with the installation; `NotFound` for an unknown step."""
    version = prompts.latest_version(step)
    return Wording(f"{step}@{version}", prompts.template(step, version))
