"""Which wording a project asks its models by: its own where it has one, else the installation's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from accounts.models import Project
from annotation.models import Draft, Prompt, Verdict
from annotation.pipelines import ASKING, Pipeline
from catalog.selectors.photos import KEPT_S, is_large
from core.errors import NotFound
from inference import prompts


@dataclass(frozen=True)
class Wording:
    """``name`` as drafts carry it: ``guidance.refine@1``, a project's own ``guidance.refine@p3``."""

    name: str
    text: str

    @property
    def hash(self) -> str:
        """The sha256 of the text, as drafts carry it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True)
class StepRow:
    """A step of a pipeline and what it is asked by: an own wording, or None for the built-in one."""

    step: str
    active: Prompt | None
    own: int
    built_in: str


def own_wordings(project_id: int) -> dict[str, Wording]:
    """By step the project's own active wordings, in one query."""
    rows = Prompt.objects.filter(project_id=project_id, is_active=True)
    return {row.step: Wording(name_of(row), row.text) for row in rows}


def name_of(row: Prompt) -> str:
    """As drafts carry it."""
    return f"{row.step}@p{row.number}"


def built_in(step: str) -> Wording:
    """The newest wording that ships with the installation; `NotFound` for an unknown step."""
    version = prompts.latest_version(step)
    return Wording(f"{step}@{version}", prompts.template(step, version))


def steps() -> list[str]:
    """The steps that models are asked by, each once."""
    return list(dict.fromkeys(step for each in ASKING.values() for step in each.steps))


def checked_step(step: str) -> str:
    """The step, or `NotFound`."""
    if step not in steps():
        raise NotFound(f"No pipeline has a step {step[:80]!r}.")
    return step


def pipelines_with_steps(project: Project) -> list[tuple[Pipeline, list[StepRow]]]:
    """Every pipeline with its steps, in order, and what each is asked by; refining beside them."""
    rows: dict[str, list[Prompt]] = {}
    for row in prompts_in(project):
        rows.setdefault(row.step, []).append(row)
    return [
        (pipeline, [_step_row(step, rows.get(step, [])) for step in pipeline.steps])
        for pipeline in ASKING.values()
    ]


def _step_row(step: str, rows: list[Prompt]) -> StepRow:
    active = next((row for row in rows if row.is_active), None)
    return StepRow(step, active, len(rows), built_in(step).name)


def prompts_in(project: Project) -> QuerySet[Prompt]:
    """The project's own wordings, newest first."""
    return Prompt.objects.filter(project=project).select_related("by", "project").order_by("-pk")


def prompt_in(project: Project, prompt_id: int) -> Prompt:
    """One of them by its id, or `NotFound`."""
    return _one(prompts_in(project).filter(pk=prompt_id))


def wording_in(project: Project, step: str, number: int) -> Prompt:
    """One of them by step and number, or `NotFound`."""
    return _one(prompts_in(project).filter(step=step, number=number))


def _one(rows: QuerySet[Prompt]) -> Prompt:
    found = rows.first()
    if found is None:
        raise NotFound("There is no such wording in this project.")
    return found


def made_by(project: Project, step: str) -> dict[str, int]:
    """By name of the wording how many drafts and verdicts were made with it; of a large project some
    minutes ago at most."""
    if not is_large(project):
        return _made_by(project, step)
    kept = cache.get_or_set(f"made-by/{project.pk}/{step}", lambda: _made_by(project, step), KEPT_S)
    return dict(kept or {})


def _made_by(project: Project, step: str) -> dict[str, int]:
    asked = Q(prompt_name__startswith=f"{step}@")
    drafts = Draft.objects.filter(asked, photo__project=project)
    verdicts = Verdict.objects.filter(asked, draft__photo__project=project)
    counts: dict[str, int] = {}
    for rows in (drafts, verdicts):
        for name, count in rows.values_list("prompt_name").annotate(n=Count("pk")).order_by():
            counts[name] = counts.get(name, 0) + count
    return counts


def before(row: Prompt) -> Wording:
    """The wording that a new one is held against: the own one before it, else the built-in one."""
    rows = Prompt.objects.filter(project_id=row.project_id, step=row.step, number__lt=row.number)
    earlier = rows.order_by("-number").first()
    return built_in(row.step) if earlier is None else Wording(name_of(earlier), earlier.text)


def text_behind(prompt_name: str, prompt_hash: str, project_id: int) -> str | None:
    """The template of a name, if its hash still matches; None where it is no longer here."""
    step, _, version = prompt_name.partition("@")
    for text in _texts(step, version, project_id):
        if hashlib.sha256(text.encode()).hexdigest() == prompt_hash:
            return text
    return None


def _texts(step: str, version: str, project_id: int) -> Iterable[str]:
    number = version.removeprefix("p")
    if not (number.isascii() and number.isdigit() and len(number) < 9):
        return
    if version != number:
        rows = Prompt.objects.filter(project_id=project_id, step=step, number=int(number))
        yield from rows.values_list("text", flat=True)
        return
    try:
        yield prompts.template(step, int(number))
    except NotFound:
        return
