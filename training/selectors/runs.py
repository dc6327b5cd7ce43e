"""Reading runs for their pages: rows, figures over steps, the end of the log, samples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from django.db.models import F, Q, QuerySet

from accounts.models import Project
from core.charts import Chart, Point, Series, line_chart
from core.errors import NotFound
from inference.visible import visible_text
from training.models import Checkpoint, Metric, Model, Run
from training.places import run_folder
from training.rewards import registry as rewards

LOG_BYTES = 24_000
LOG_LINES = 200
DIARY_BYTES = 400_000
MOST_POINTS = 200
MAIN_CHART, SMALL_CHART = (748.0, 250.0), (356.0, 250.0)


def _both(reward: str) -> tuple[str, str]:
    """The curves of a reward's mean."""
    return f"rewards/{reward}/mean", f"eval_rewards/{reward}/mean"


# Drawn together, the first in the accent: what went down, what went up, what it was held against.
CHARTS = (
    ("Loss", ("loss", "eval_loss")),
    ("Reward", ("reward", "eval_reward")),
    ("Preferred answer found more likely", ("eval_preference_accuracy",)),
    ("Preference accuracy, over the reference", ("rewards/accuracies", "eval_rewards/accuracies")),
    ("Preference margin", ("rewards/margins", "eval_rewards/margins")),
    ("Token accuracy", ("mean_token_accuracy", "eval_mean_token_accuracy")),
    *((reward.title, _both(reward.name)) for reward in rewards),
    ("Distance from the reference", ("kl",)),
    ("Learning rate", ("learning_rate",)),
    ("Gradient norm", ("grad_norm",)),
)
NAMES = {
    "loss": "training", "eval_loss": "validation", "rewards/accuracies": "training",
    "eval_rewards/accuracies": "validation", "rewards/margins": "training",
    "eval_rewards/margins": "validation", "mean_token_accuracy": "training",
    "eval_mean_token_accuracy": "validation", "eval_preference_accuracy": "validation", "learning_rate": "rate", "grad_norm": "norm",
    "reward": "training", "eval_reward": "validation", "kl": "divergence",
    **{name: side for reward in rewards
       for name, side in zip(_both(reward.name), ("training", "validation"), strict=True)},
}  # fmt: skip


def runs_of(project: Project) -> QuerySet[Run]:
    """All runs with what a list shows."""
    return Run.objects.filter(project=project).select_related(
        "export__version__dataset", "base_model", "by"
    )


def run_in(project: Project, pk: int) -> Run:
    """One run of the project, or `NotFound`."""
    rows = runs_of(project).select_related("start_from__run", "base_model__checkpoint", "project")
    run = rows.filter(pk=pk).first()
    if run is None:
        raise NotFound("There is no such run in this project.")
    return run


def models_of(project: Project) -> QuerySet[Model]:
    """All models with what a list shows."""
    return Model.objects.filter(project=project).select_related("checkpoint__run", "project", "by")


def checkpoints_of(project: Project) -> QuerySet[Checkpoint]:
    """All checkpoints of the project's runs."""
    return Checkpoint.objects.filter(run__project=project).select_related("run__base_model")


def model_in(project: Project, pk: int) -> Model:
    """One model of the project, or `NotFound`."""
    model = models_of(project).filter(pk=pk).first()
    if model is None:
        raise NotFound("There is no such model in this project.")
    return model


def checkpoint_in(project: Project, pk: int) -> Checkpoint:
    """One checkpoint of the project, or `NotFound`."""
    checkpoint = checkpoints_of(project).select_related("run__project").filter(pk=pk).first()
    if checkpoint is None:
        raise NotFound("There is no such checkpoint in this project.")
    return checkpoint


def charts_of(run: Run) -> list[Chart]:
    """One chart per group of figures that the run has."""
    points = _points(run, [name for _, names in CHARTS for name in names])
    charts: list[Chart] = []
    for title, names in CHARTS:
        series = [
            Series(NAMES[name], [Point(step, value) for step, value in sorted(points[name].items())],
                   ink=at)
            for at, name in enumerate(names)
            if points[name]
        ]  # fmt: skip
        if series:
            size = (556.0, 200.0) if charts else MAIN_CHART
            charts.append(line_chart(title, series, x_label="step", size=size))
    return charts


def _points(run: Run, names: list[str]) -> dict[str, dict[int, float]]:
    """Step to value by name. A long curve is thinned: a picture has only so many pixels."""
    rows = run.metrics.filter(name__in=names)
    each = max(1, -(-rows.filter(name="loss").count() // MOST_POINTS))
    if each > 1:
        every = max(1, int(run.config.get("log_every") or 1)) * each
        rows = rows.annotate(place=F("step") % every).filter(
            Q(place=0) | Q(name__startswith="eval_") | Q(step=run.step)
        )
    points: dict[str, dict[int, float]] = defaultdict(dict)
    for name, step, value in rows.order_by("attempt", "step").values_list("name", "step", "value"):
        points[name][step] = value  # a later attempt's figure for a step replaces the earlier one
    return points


def iou_chart(run: Run, by_step: dict[int, float]) -> Chart | None:
    """How well the watched photos are answered, by step."""
    if len(by_step) < 2:
        return None
    points = [Point(step, value) for step, value in by_step.items()]
    title = "IoU on the watched photos"
    return line_chart(
        title, [Series("IoU", points, ink=0)], x_label="step", size=SMALL_CHART, has_zero=True
    )


def metric_rows(run: Run, names: Iterable[str] = ()) -> QuerySet[Metric]:
    """Every figure, in order."""
    rows = run.metrics.order_by("name", "step", "attempt")
    return rows.filter(name__in=list(names)) if names else rows


def log_tail(run: Run) -> list[str]:
    """The last lines that the trainer printed, as plain text."""
    return _last_lines(run_folder(run) / "trainer.log")[-LOG_LINES:]


def diary(run: Run) -> list[dict[str, Any]]:
    """The last events in words, newest first: what the page shows as the run's log."""
    told = []
    for line in reversed(_last_lines(run_folder(run) / "events.jsonl", DIARY_BYTES)):
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            continue
        words = _in_words(event)
        if words:
            told.append({"at": _moment(event.get("ts")), "words": visible_text(words)})
        if len(told) >= 60:
            break
    return told


def _moment(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int | float) else None


def _in_words(event: dict[str, Any]) -> str:
    kind, step = event.get("type"), event.get("step")
    if kind == "metric":
        values = event.get("values") or {}
        shown = [f"{name} {values[name]:.4g}" for name in ("loss", "eval_loss") if name in values]
        return f"step {step}: {', '.join(shown)}" if shown else ""
    if kind == "checkpoint":
        which = "final model" if event.get("is_final") else f"checkpoint {step}"
        done = "deleted, newer ones are kept" if event.get("is_pruned") else "saved"
        return f"{which} {done}"
    if kind == "state":
        return str(event.get("reason") or event.get("state"))
    return str(event.get("text", "")) if kind == "log" else ""


def _last_lines(path: Path, size: int = LOG_BYTES) -> list[str]:
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - size))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return [visible_text(line) for line in text.splitlines()]


def pace_of(run: Run) -> tuple[str, float | None]:
    """Seconds a step in words, and the seconds left; empty and None while unknown."""
    rows = run.metrics.filter(name="seconds_per_step").order_by("-attempt", "-step")
    last = rows.values_list("value", flat=True).first()
    if last is None or not run.max_steps:
        return "", None
    return f"{last:.2g} s a step", last * max(run.max_steps - run.step, 0)
