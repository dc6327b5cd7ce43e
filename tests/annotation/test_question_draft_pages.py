"""The pages of drafts about questions: a region with its heat, a gap with its global view."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Project, User
from annotation.contents import GapContent
from annotation.models import Draft, DraftBatch, DraftKind, DraftRequest
from annotation.selectors.question_drafts import level_rows, view_of
from annotation.services.sources import rules_source
from catalog.models import Photo, Question
from core.errors import NotFound
from tests.annotation.build import make_draft
from tests.catalog.imports import imported_photo
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
CELLS = [(0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)]
EVIDENCE = [
    {"x1": x, "y1": y, "x2": x + 0.5, "y2": y + 0.5, "log_likelihood": -4.0 + at}
    for at, (x, y) in enumerate(CELLS)
]
GRID = {
    "box": [0.4, 0.4, 1, 1], "found": [0.5, 0.5, 1, 1], "rule": "grid", "grid": 2,
    "answer": "A tower.", "evidence": EVIDENCE,
}  # fmt: skip
GAP = {
    "side": 40, "threshold": 0.5, "answer": "tower",
    "levels": [
        {"side": 96, "answers": ["tower", "A tower", "mast"], "agreement": 0.667},
        {"side": 40, "answers": ["<b>sea</b>", "", "tower"], "agreement": 0.333},
    ],
}  # fmt: skip


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


def about(photo: Photo, kind: DraftKind, content: dict[str, Any]) -> Draft:
    question = Question.objects.create(photo=photo, text="What is far out?", answers=["a tower"])
    return make_draft(photo, kind, content, question=question)


def page_of(client: Client, draft: Draft) -> str:
    response = client.get(f"/p/{draft.photo.project.slug}/drafts/{draft.pk}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_a_grid_region_shows_its_evidence(lead: Client, project: Project) -> None:
    page = page_of(lead, about(make_photo(project), DraftKind.REGION, GRID))
    for words in ("What is far out?", "likeliest of 4 crops of a 2 x 2 grid", "A tower.", "-1.000"):
        assert words in page
    assert page.count('class="heat__cell"') == 4 and 'fill-opacity="0.600"' in page
    assert "style=" not in page


def test_a_grown_region_shows_both_boxes(lead: Client, project: Project) -> None:
    content = {
        "box": [0.3, 0.4, 0.5, 0.6], "found": [0.35, 0.45, 0.45, 0.55], "factor": 4,
        "rule": "grounding", "text": "[35,45,45,55]",
    }  # fmt: skip
    page = page_of(lead, about(make_photo(project), DraftKind.REGION, content))
    for words in ("4 times in area", "the paper's cut-offs", "[35,45,45,55]", "4.00 %"):
        assert words in page.replace("&#x27;", "'")


def test_a_gap_shows_levels_and_global_view(lead: Client, project: Project, kim: User) -> None:
    draft = about(imported_photo(project, kim), DraftKind.GAP, GAP)
    page = page_of(lead, draft)
    for words in ("Global view: 40 px", "67 %", "&lt;b&gt;sea&lt;/b&gt;", "(no answer)"):
        assert words in page
    view = lead.get(f"/p/{project.slug}/drafts/{draft.pk}/global-view.jpg")
    assert (view.status_code, view["Content-Type"]) == (200, "image/jpeg")
    assert view.content == view_of(draft)
    with Image.open(io.BytesIO(view.content)) as picture:
        assert max(picture.size) == 40


def test_without_a_size_there_is_no_view(lead: Client, project: Project) -> None:
    draft = about(
        make_photo(project), DraftKind.GAP, {**GAP, "side": None, "reason": "They agree."}
    )
    assert "They agree." in page_of(lead, draft)
    assert lead.get(f"/p/{project.slug}/drafts/{draft.pk}/global-view.jpg").status_code == 404
    with pytest.raises(NotFound, match="no size"):
        view_of(draft)


def test_answers_are_counted_and_held_against_full_size(project: Project) -> None:

    full, chosen = level_rows(GapContent.model_validate(GAP))
    assert (full.is_full, chosen.is_chosen) == (True, True)
    assert full.answers == [("tower", 1, True), ("A tower", 1, True), ("mast", 1, False)]


def test_regions_are_grown_at_the_batch(lead: Client, project: Project, ada: User) -> None:
    batch = with_found(project, ada, [0.1, 0.2, 0.3, 0.4, 0.5])
    here = f"/p/{project.slug}/drafts/batches/{batch.pk}/"
    assert "Grow by its own boxes" in lead.get(here).content.decode()
    done = lead.post(f"{here}grow/", follow=True).content.decode()
    assert "5 regions, grown by the cut-offs 2.00%" in done
    reply = lead.post(f"/api/v1/projects/{project.slug}/draft-batches/{batch.pk}/grow-regions/")
    assert reply.status_code == 200 and reply.json()["boxes"] == 5
    assert Draft.objects.count() == 10


def test_too_few_regions_are_said_so(lead: Client, project: Project, ada: User) -> None:
    batch = with_found(project, ada, [0.1])
    here = f"/p/{project.slug}/drafts/batches/{batch.pk}/grow/"
    assert "at least 5 boxes" in lead.post(here, follow=True).content.decode()
    reply = lead.post(f"/api/v1/projects/{project.slug}/draft-batches/{batch.pk}/grow-regions/")
    assert reply.status_code == 400


def with_found(project: Project, by: User, widths: list[float]) -> DraftBatch:
    """A finished batch that found regions of these widths, a tenth of the photo high."""
    batch = DraftBatch.objects.create(
        project=project, pipeline="regions", source=rules_source(project=project, by=by),
        parameters={"cutoffs": "data"}, state="done",
    )  # fmt: skip
    for width in widths:
        box = [0, 0, width, 0.1]
        content = {"box": box, "found": box, "rule": "grounding", "factor": None}
        draft = about(make_photo(project), DraftKind.REGION, content)
        request = DraftRequest.objects.create(
            batch=batch, photo=draft.photo, question=draft.question, state="drafted"
        )
        Draft.objects.filter(pk=draft.pk).update(request=request)
    return batch
