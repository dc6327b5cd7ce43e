"""CROP's chains on pages: the composition image, the steps, and how far samples agree."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from accounts.models import Project, User
from annotation.composed import crop_words, element_words
from annotation.contents import FoundElement, ProposedCrop
from annotation.models import Draft, DraftBatch, DraftKind, DraftRequest, RequestState
from annotation.selectors.composed import chain_of, mean_iou, other_samples, stability_of
from annotation.services.sources import rules_source
from catalog.models import Photo
from measures.boxes import Box
from tests.annotation.build import GUIDANCE, make_draft
from tests.catalog.imports import imported_photo
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
ELEMENTS = [
    {"name": "rule_of_thirds", "points": [0.2, 0.3, 0.45, 0.7], "note": "<b>the boat</b>"},
    {"name": "pattern", "points": [], "note": ""},
]
LEFT, RIGHT = (0.0, 0.0, 0.6, 1.0), (0.4, 0.0, 1.0, 1.0)


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    return imported_photo(project, kim)


def made(photo: Photo, step: str, content: dict[str, Any], *before: Draft, **fields: Any) -> Draft:
    kind = DraftKind.COMPOSITION if step == "composition.analyse" else DraftKind.CROPS
    draft = make_draft(photo, kind, content)
    values = {"prompt_name": f"{step}@1", "made_from": [f"draft/{row.pk}" for row in before]}
    Draft.objects.filter(pk=draft.pk).update(**values, **fields)
    draft.refresh_from_db()
    return draft


def crops(*boxes: tuple[float, float, float, float]) -> dict[str, Any]:
    return {"crops": [{"box": list(box), "rationale": "It is calm."} for box in boxes]}


def a_chain(photo: Photo) -> list[Draft]:
    analysis = made(photo, "composition.analyse", {"elements": ELEMENTS, "text": "Calm."})
    proposal = made(photo, "crop.propose_composed", crops(LEFT, RIGHT), analysis)
    return [analysis, proposal, made(photo, "crop.decide", crops(RIGHT), proposal)]


def a_batch(project: Project, kim: User, *decisions: tuple[Photo, int, Any]) -> DraftBatch:
    """A finished batch of these samples' decisions."""
    batch = DraftBatch.objects.create(
        project=project, pipeline="crop_reasoning", parameters={"samples": 3},
        source=rules_source(project=project, by=kim),
    )  # fmt: skip
    for photo, sample, box in decisions:
        request = DraftRequest.objects.create(
            batch=batch, photo=photo, sample=sample, state=RequestState.DRAFTED
        )
        made(photo, "crop.decide", crops(box), request=request)
    return batch


def page(person: User, project: Project, path: str) -> str:
    response = signed_in(person).get(f"/p/{project.slug}/drafts/{path}")
    assert response.status_code == 200
    return response.content.decode()


def image(client: Client, project: Project, draft: Draft) -> Any:
    return client.get(f"/p/{project.slug}/drafts/{draft.pk}/composition.png")


def test_every_draft_of_a_chain_knows_the_others(photo: Photo) -> None:
    drafts = a_chain(photo)
    for at, draft in enumerate(drafts):
        steps = chain_of(draft)
        assert [step.draft.pk for step in steps] == [row.pk for row in drafts]
        assert [step.is_here for step in steps] == [other == at for other in range(3)]
    assert [step.title for step in steps] == ["Analysis", "Proposal", "Decision"]
    assert chain_of(make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)) == []


def test_the_pages_show_elements_image_and_steps(photo: Photo, ada: User) -> None:
    analysis, proposal, decision = a_chain(photo)
    shown = page(ada, photo.project, f"{analysis.pk}/")
    assert f"/drafts/{analysis.pk}/composition.png" in shown and "Rule of thirds" in shown
    assert "&lt;b&gt;the boat" in shown and "so not drawn" in shown
    assert f"/drafts/{decision.pk}/" in shown
    last = page(ada, photo.project, f"{decision.pk}/")
    assert f"/drafts/{proposal.pk}/" in last and f"/drafts/{analysis.pk}/composition.png" in last
    assert "2 elements: rule of thirds, pattern" in last


def test_the_composition_image_is_drawn_and_kept_by_the_browser(photo: Photo, ada: User) -> None:
    analysis, proposal, _ = a_chain(photo)
    response = image(signed_in(ada), photo.project, analysis)
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, max-age=86400"
    drawn = Image.open(io.BytesIO(response.content)).convert("RGB")
    assert drawn.width * photo.height == pytest.approx(drawn.height * photo.width, rel=0.02)
    assert image(signed_in(ada), photo.project, proposal).status_code == 404


def test_the_composition_image_is_its_projects_alone(photo: Photo, cleo: User, ben: User) -> None:
    analysis = a_chain(photo)[0]
    assert image(signed_in(cleo), photo.project, analysis).status_code == 404
    assert image(signed_in(ben), photo.project, analysis).status_code == 403
    assert image(Client(), photo.project, analysis).status_code == 302


def test_stability_is_the_mean_pairwise_iou(project: Project, kim: User, ada: User) -> None:
    one, other, single = (make_photo(project) for _ in range(3))
    whole = (0.0, 0.0, 1.0, 1.0)
    batch = a_batch(
        project, kim, (one, 1, LEFT), (one, 2, LEFT), (one, 3, RIGHT), (other, 1, whole),
        (other, 2, whole), (single, 1, LEFT),
    )  # fmt: skip
    found = stability_of(batch)
    assert found is not None
    # Photo one: pairs 1, 0.2, 0.2; photo two: 1.
    assert found.mean == pytest.approx(((1 + 0.2 + 0.2) / 3 + 1) / 2)
    assert (found.photos, found.decisions) == (2, 5)
    shown = page(ada, project, f"batches/{batch.pk}/")
    assert "IoU 0.733" in shown and "sample 3" in shown
    first = Draft.objects.get(photo=one, request__sample=1)
    assert [iou for _, iou in other_samples(first)] == [1, pytest.approx(0.2)]
    assert "Other samples" in page(ada, project, f"{first.pk}/")


def test_a_batch_without_samples_has_no_stability(project: Project, kim: User) -> None:
    assert stability_of(a_batch(project, kim, (make_photo(project), 1, LEFT))) is None
    assert mean_iou([Box(*LEFT), Box(*LEFT)]) == 1


def test_elements_and_crops_in_words() -> None:
    def said(name: str, *points: float, note: str = "") -> str:
        return element_words(
            FoundElement.model_validate({"name": name, "points": points, "note": note})
        )

    assert (
        said("center", 0.1, 0.2, 0.3, 0.4) == "Centre in the box from (0.10, 0.20) to (0.30, 0.40)"
    )
    assert said("horizontal", 0, 0.4, 1, 0.4, note="sea") == (
        "Horizontal from (0.00, 0.40) to (1.00, 0.40): sea"
    )
    assert said("triangle", 0, 0, 1, 0, 0.5, 1).startswith("Triangle with corners (0.00, 0.00), (1")
    assert said("pattern") == "Pattern"
    assert crop_words(ProposedCrop(box=LEFT)) == "[0.00, 0.00, 0.60, 1.00]"
