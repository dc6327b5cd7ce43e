"""Evaluating a model on a frozen benchmark: one prediction per photo, figures beside the baselines.

Predictions are rows, written as they come: a killed evaluation goes on with the photos it has not
asked yet.
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from annotation.services.sources import as_source
from catalog.selectors.pixels import rendition_bytes
from core import audit, jobs
from core.errors import Conflict, InvalidInput, ReframeError, Unavailable
from core.jobs import JobCancelled, JobRun
from core.models import Job
from curation.models import BenchmarkVersion
from curation.models import Reference as ReferenceRow
from inference.backends import Backend, Parameters, Request, open_backend
from inference.errors import BadAnswer
from inference.prompts import render
from measures.boxes import Box, Unreadable
from measures.boxes.text import format_box, parse_box
from training import kinds
from training.models import Evaluation, EvaluationState, Model, Prediction
from training.services.measuring import figures_of, is_rated, metrics_for
from training.services.promoting import source_of

PICTURE_SIDE = 1024
ANSWER_TOKENS = 48
UNRATED = (
    "These references hold no rated crops. Freeze them by the rule of rated crops first, or do not ask "
    "the model to score any."
)


@runtime_checkable
class ScoresAnswers(Protocol):
    """A backend that says how likely a model finds an answer."""

    def log_likelihood(self, request: Request, answer: str) -> float:
        """The sum of the natural log-probabilities of the answer's tokens."""
        ...


@transaction.atomic
def start_evaluation(
    *,
    model: Model,
    benchmark_version: BenchmarkVersion,
    by: User | None,
    score_candidates: bool = False,
) -> Evaluation:
    """Write the row and start the job; greedy decoding, so that it can be repeated.

    With ``score_candidates`` the model is also asked how likely it finds each rated crop of the
    references, one question a crop: `InvalidInput` where they hold none.
    """
    if benchmark_version.benchmark.project_id != model.project_id:
        raise InvalidInput("This benchmark belongs to another project.", field="benchmark_version")
    references = list(benchmark_version.references.all())
    if score_candidates and not is_rated(references):
        raise InvalidInput(UNRATED, field="score_candidates")
    evaluation = Evaluation.objects.create(
        project=model.project, model=model, benchmark_version=benchmark_version, by=by,
        parameters={
            "temperature": 0.0, "max_tokens": ANSWER_TOKENS, "prompt": "crop.best",
            "score_candidates": score_candidates,
        },
        variant={metric.name: metric.about for metric in metrics_for(references)},
    )  # fmt: skip
    audit.record(
        actor=by, verb="evaluation.start", scope=model.project.scope,
        target=f"evaluation/{evaluation.pk}", model=model.pk,
    )  # fmt: skip
    jobs.start(
        kinds.EVALUATE, by=by, scope=model.project.scope, subject=f"evaluation/{evaluation.pk}",
        params={"evaluation": evaluation.pk}, key=f"evaluation/{evaluation.pk}",
    )  # fmt: skip
    return evaluation


def evaluate(run: JobRun) -> dict[str, Any]:
    """Handler: predict what is missing, then measure. After a failure it may be run again."""
    evaluation = _begin(run)
    if evaluation is None:
        return {"evaluation": run.params["evaluation"]}
    try:
        _predict_all(run, evaluation)
        figures = _figures(evaluation)
    except JobCancelled:
        _fail(evaluation, "Stopped before it was done.")
        raise
    except Unavailable as error:
        if run.job.epoch >= run.job.max_attempts:
            _fail(evaluation, str(error))
        raise
    except ReframeError as error:
        _fail(evaluation, str(error))
        raise
    Evaluation.objects.filter(pk=evaluation.pk, state=EvaluationState.RUNNING).update(
        state=EvaluationState.DONE, figures=figures, ended_at=timezone.now()
    )
    return {"evaluation": evaluation.pk}


@transaction.atomic
def evaluate_again(*, evaluation: Evaluation, by: User) -> Evaluation:
    """Go on with one that failed or whose worker was lost; what was predicted stays."""
    job = Job.objects.filter(subject=f"evaluation/{evaluation.pk}").order_by("-created_at").first()
    is_lost = job is not None and job.has_ended and evaluation.state != EvaluationState.DONE
    if job is None or not is_lost:
        raise Conflict(f"This evaluation is {evaluation.get_state_display()}.")
    jobs.retry(job=job)
    Evaluation.objects.filter(pk=evaluation.pk).update(
        state=EvaluationState.QUEUED, error="", ended_at=None
    )
    audit.record(
        actor=by, verb="evaluation.again", scope=evaluation.project.scope,
        target=f"evaluation/{evaluation.pk}",
    )  # fmt: skip
    evaluation.refresh_from_db()
    return evaluation


def _begin(run: JobRun) -> Evaluation | None:
    rows = Evaluation.objects.filter(pk=run.params["evaluation"])
    if not rows.exclude(state=EvaluationState.DONE).update(state=EvaluationState.RUNNING, error=""):
        return None
    return rows.select_related("model__checkpoint", "model__project", "benchmark_version").get()


def _fail(evaluation: Evaluation, error: str) -> None:
    Evaluation.objects.filter(pk=evaluation.pk, state=EvaluationState.RUNNING).update(
        state=EvaluationState.FAILED, error=error, ended_at=timezone.now()
    )


def _predict_all(run: JobRun, evaluation: Evaluation) -> None:
    references = _references(evaluation)
    asked = set(evaluation.predictions.values_list("photo_id", flat=True))
    missing = [row for row in references if row.photo_id not in asked]
    if missing:
        source = as_source(source_of(evaluation.model))
        with open_backend(source, allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS) as backend:
            for done, row in enumerate(missing, len(asked)):
                run.progress(done, len(references))
                run.check()
                _predict(evaluation, row, backend)
    run.progress(len(references), len(references))


def _references(evaluation: Evaluation) -> list[ReferenceRow]:
    rows = evaluation.benchmark_version.references.select_related("photo")
    return list(rows.order_by("photo__content_hash"))


def _predict(evaluation: Evaluation, row: ReferenceRow, backend: Backend) -> None:
    request = Request(
        step="crop.best", prompt=render("crop.best"),
        images=(rendition_bytes(row.photo, PICTURE_SIDE),),
        parameters=Parameters(temperature=0.0, max_tokens=ANSWER_TOKENS),
    )  # fmt: skip
    text, latency = "", 0
    box: Box | Unreadable = Unreadable("none", "The model gave no answer.")
    try:
        answer = backend.answer(request)
    except BadAnswer as error:  # a model that cannot answer is measured, not excused
        text = str(error)
    else:
        text, latency = answer.text, answer.latency_ms
        box = parse_box(answer.text, evaluation.model.box_format)
    prediction = Prediction(
        evaluation=evaluation, photo=row.photo, text=text[:2000], latency_ms=latency,
        box=box.as_list() if isinstance(box, Box) else None,
        scores=_scores(evaluation, row, backend, request),
    )  # fmt: skip
    Prediction.objects.bulk_create([prediction], ignore_conflicts=True)


def _scores(
    evaluation: Evaluation, row: ReferenceRow, backend: Backend, request: Request
) -> list[float] | None:
    """How likely the model finds each rated crop as its answer; None where it was not asked."""
    if not evaluation.parameters.get("score_candidates"):
        return None
    if not isinstance(backend, ScoresAnswers):
        raise InvalidInput("This kind of model does not say how likely it finds an answer.")
    boxes = [Box.clipped(*each["box"]) for each in row.rated]
    texts = [format_box(box, evaluation.model.box_format) for box in boxes]
    return [backend.log_likelihood(request, text) for text in texts]


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    rows = _references(evaluation)
    by_photo = {prediction.photo_id: prediction for prediction in evaluation.predictions.all()}
    ordered = [by_photo[row.photo_id] for row in rows]
    figures = figures_of(rows, ordered)
    Prediction.objects.bulk_update(ordered, ["figures"], batch_size=500)
    return figures
