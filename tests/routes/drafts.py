"""Who may enter the addresses of drafts, batches and sources. Experts never: blind means blind."""

from __future__ import annotations

from typing import Any

from annotation.models import DraftKind, DraftRequest
from annotation.services.sources import rules_source, try_source
from tests.annotation.build import GUIDANCE, make_draft
from tests.catalog.imports import imported_photo
from tests.make import make_photo
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


ROWS = [
    Row("annotation:drafts", SEE),
    Row("annotation:draft", SEE, args=a_draft),
    Row("annotation:composition-image", SEE, args=a_composition),
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
