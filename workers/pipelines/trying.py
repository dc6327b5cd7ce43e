"""Trying a source out: one real request about one photo, its answer or its error shown at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings

from annotation.models import DraftSource, Prompt
from annotation.selectors.prompts import Wording, name_of
from annotation.services.sources import as_source
from core.jobs import JobRun
from inference.backends import Answer, Request, Source, open_backend
from workers.pipelines.crops import MODEL_STEP
from workers.pipelines.examples import About, example_of
from workers.pipelines.previewing import about_of
from workers.work import build_request

GUIDANCE_STEP = "guidance.refine"
# Nobody waits longer than this at a page for an answer.
TIMEOUT_S = 45.0
MOST_SHOWN = 4_000


def try_source(run: JobRun) -> dict[str, Any]:
    """Handler of the kinds that try a source; what the model said is untrusted text."""
    row = DraftSource.objects.get(pk=run.params["source"])
    about = about_of(run.params, row.project_id)
    source = _impatient(as_source(row))
    with open_backend(source, allowed_local=settings.ALLOWED_LOCAL_ENDPOINTS) as backend:
        backend.wake()
        answer = backend.answer(_request(run, row, about, source))
    return {**_said(answer), "photo": about.photo.pk}


def _impatient(source: Source) -> Source:
    """The same source, asked once and not for long."""
    if source.backend != "openai":
        return source
    patience = min(float(source.parameters.get("timeout_s", TIMEOUT_S)), TIMEOUT_S)
    given = {**source.parameters, "timeout_s": patience, "max_attempts": 1}
    return replace(source, parameters=given)


def _request(run: JobRun, row: DraftSource, about: About, source: Source) -> Request:
    """What the source would be asked in a batch: a box of a crop model, else guidance; or the step of
    the wording that is tried, by that wording."""
    if "prompt" in run.params:
        own = Prompt.objects.get(pk=run.params["prompt"], project=row.project_id)
        wordings = {own.step: Wording(name_of(own), own.text)}
        return build_request(example_of(own.step, about), source, {}, wordings)
    step = MODEL_STEP if row.parameters.get("box_format") else GUIDANCE_STEP
    return build_request(example_of(step, about), source, {})


def _said(answer: Answer) -> dict[str, Any]:
    return {
        "text": answer.text[:MOST_SHOWN],
        "model": answer.model,
        "revision": answer.revision,
        "prompt": answer.prompt_name,
        "tokens_in": answer.tokens_in,
        "tokens_out": answer.tokens_out,
        "cost_usd": answer.cost_usd,
        "latency_ms": answer.latency_ms,
    }
