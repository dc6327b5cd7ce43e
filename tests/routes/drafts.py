"""Who may enter the addresses of drafts, batches and sources. Experts never: blind means blind."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache

from annotation.models import DraftKind, DraftRequest, Prompt
from annotation.services.prompts import add_wording, preview_wording
from annotation.services.refining import refine_crop
from annotation.services.sources import rules_source, try_source
from tests.annotation.build import GUIDANCE, make_draft
from tests.catalog.imports import imported_photo
from tests.make import make_crop, make_photo
from tests.routes import Row, World, of_project
from tests.workers.drafts import started

SEE = of_project("lead", "curator", "researcher")
RUN = of_project("lead", "curator")


def a_draft(world: World) -> dict[str, Any]:
    draft = make_draft(make_photo(world.project), DraftKind.GUIDANCE, GUIDANCE)
    return {"draft_id": draft.pk}


def a_composition(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    photo = imported_photo(world.project, by)
    return {"draft_id": make_draft(photo, DraftKind.COMPOSITION, {"elements": []}).pk}


def a_crop(world: World) -> dict[str, Any]:
    return {"crop_id": make_crop(make_photo(world.project)).pk}


def a_wish(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    crop = make_crop(make_photo(world.project))
    source = rules_source(project=world.project, by=by)
    job = refine_crop(crop=crop, words="more room on the left", source=source, by=by)
    return {"crop_id": crop.pk, "job_id": job.pk}


def a_batch(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    return {"batch_id": started([make_photo(world.project)], by).pk}


def a_request(world: World) -> dict[str, Any]:
    batch = a_batch(world)
    return {**batch, "request_id": DraftRequest.objects.get(batch=batch["batch_id"]).pk}


def a_source(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    return {"source_id": rules_source(project=world.project, by=by).pk}


def a_trial(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    source = rules_source(project=world.project, by=by)
    job = try_source(source=source, photo=make_photo(world.project), by=by)
    return {"source_id": source.pk, "job_id": job.pk}


STEP = {"step": "crop.best"}


def a_step(world: World) -> dict[str, Any]:
    return {**STEP}


def a_wording(world: World) -> dict[str, Any]:
    by = world.people["curator"]
    assert by is not None
    known = Prompt.objects.filter(project=world.project, **STEP).first()
    row = known or add_wording(project=world.project, text="Find it.", by=by, **STEP)
    return {**STEP, "number": row.number}


def a_prompt(world: World) -> dict[str, Any]:
    number = a_wording(world)["number"]
    return {"prompt_id": Prompt.objects.get(project=world.project, number=number).pk}


def a_preview(world: World) -> dict[str, Any]:
    found = a_wording(world)
    by, photo = world.people["curator"], make_photo(world.project)
    prompt = Prompt.objects.get(project=world.project, number=found["number"])
    assert by is not None
    job = preview_wording(prompt=prompt, photo=photo, crop=None, question=None, by=by)
    return {**found, "job_id": job.pk}


def a_picture(world: World) -> dict[str, Any]:
    found = a_preview(world)
    cache.set(f"preview/{found['job_id']}/0", b"\xff\xd8\xff")
    return {**found, "place": 0}


ROWS = [
    Row("annotation:prompts", SEE),
    Row("annotation:prompt-step", SEE, args=a_step),
    Row("annotation:new-wording", RUN, args=a_step),
    Row("annotation:new-wording", RUN, "POST", a_step),
    Row("annotation:use-built-in", RUN, "POST", a_step),
    Row("annotation:prompt", SEE, args=a_wording),
    Row("annotation:preview-prompt", RUN, "POST", a_wording),
    Row("annotation:use-prompt", RUN, "POST", a_wording),
    Row("annotation:try-prompt", RUN, "POST", a_wording),
    Row("annotation:prompt-preview", RUN, args=a_preview),
    Row("annotation:prompt-picture", RUN, args=a_picture),
    Row("annotation:checks", SEE),
    Row("annotation:checks", RUN, "POST"),
    Row("annotation:draft-quality", SEE),
    Row("annotation:draft-quality-csv", SEE),
    Row("api:draft-quality", SEE),
    Row("api:prompts", SEE),
    Row("api:prompts", RUN, "POST", body={**STEP, "text": "Find it."}),
    Row("api:prompt-steps", SEE),
    Row("api:prompt-steps", RUN, "POST", body=STEP),
    Row("api:prompt", SEE, args=a_prompt),
    Row("api:preview-prompt", RUN, "POST", a_prompt),
    Row("api:use-prompt", RUN, "POST", a_prompt),
    Row("api:draft-checks", SEE),
    Row("api:draft-checks", RUN, "PUT"),
    Row("annotation:drafts", SEE),
    Row("annotation:draft", SEE, args=a_draft),
    Row("annotation:composition-image", SEE, args=a_composition),
    Row("annotation:drafts-waiting", SEE),
    Row("annotation:newest-batches", SEE),
    Row("annotation:batches", SEE),
    Row("annotation:new-batch", RUN),
    Row("annotation:new-batch", RUN, "POST"),
    Row("annotation:estimate-batch", RUN, "POST"),
    Row("annotation:batch", SEE, args=a_batch),
    Row("annotation:pause-batch", RUN, "POST", a_batch),
    Row("annotation:resume-batch", RUN, "POST", a_batch),
    Row("annotation:cancel-batch", RUN, "POST", a_batch),
    Row("annotation:batch-budget", RUN, "POST", a_batch),
    Row("annotation:batch-again", RUN, "POST", a_batch),
    Row("annotation:request-again", RUN, "POST", a_request),
    Row("annotation:sources", SEE),
    Row("annotation:new-source", RUN),
    Row("annotation:new-source", RUN, "POST"),
    Row("annotation:source-defaults", RUN, "POST"),
    Row("annotation:retire-source", RUN, "POST", a_source),
    Row("annotation:try-source", RUN, "POST", a_source),
    Row("annotation:trial", RUN, args=a_trial),
    Row("annotation:refine-crop", RUN, args=a_crop),
    Row("annotation:refine-crop", RUN, "POST", a_crop),
    Row("annotation:refinement", RUN, args=a_wish),
    Row("api:refine-crop", RUN, "POST", a_crop),
    Row("api:draft-sources", SEE),
    Row("api:draft-sources", RUN, "POST", body={"name": "R", "backend": "rules"}),
    Row("api:draft-source-defaults", SEE),
    Row("api:draft-source-defaults", RUN, "PUT"),
    Row("api:draft-source", SEE, args=a_source),
    Row("api:retire-draft-source", RUN, "POST", a_source),
    Row("api:try-draft-source", RUN, "POST", a_source),
    Row("api:draft-batches", SEE),
    Row("api:draft-batches", RUN, "POST"),
    Row("api:draft-batch", SEE, args=a_batch),
    Row("api:draft-batch", RUN, "PATCH", a_batch),
    Row("api:draft-batch-pause", RUN, "POST", a_batch),
    Row("api:draft-batch-resume", RUN, "POST", a_batch),
    Row("api:draft-batch-cancel", RUN, "POST", a_batch),
    Row("api:draft-batch-again", RUN, "POST", a_batch),
    Row("api:draft-requests", SEE, args=a_batch),
    Row("api:draft-request-again", RUN, "POST", a_request),
    Row("api:drafts", SEE),
    Row("api:draft", SEE, args=a_draft),
]
