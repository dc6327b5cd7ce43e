"""A model put back to drafting: its answers become crops, or failures in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Project, User
from annotation.models import DraftSource, RequestState
from catalog.models import Crop, CropOrigin
from core.errors import Conflict, InvalidInput
from core.models import AuditEntry
from tests.training.build import parrot_model, tiny_model
from tests.workers.drafts import drafted, rules, stored_photos
from training.services.promoting import promote
from training.services.registering import register_base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_trainer_left"),
]


def test_a_promoted_model_is_a_draft_source(project: Project, rui: User, lab: Path) -> None:
    model = tiny_model(project, lab)
    source = promote(model=model, share=0.25, by=rui)
    assert (source.backend, source.revision) == ("transformers", model.revision)
    assert (source.made_from, source.share) == (f"model/{model.pk}", 0.25)
    again = promote(model=model, share=0.5, by=rui)
    assert (again.pk, again.share) == (source.pk, 0.5)
    assert AuditEntry.objects.filter(verb="model.promote").count() == 2


def test_a_share_out_of_range_changes_nothing(project: Project, rui: User, lab: Path) -> None:
    with pytest.raises(InvalidInput, match="0 to 1"):
        promote(model=tiny_model(project, lab), share=1.5, by=rui)
    assert not DraftSource.objects.exists()


def test_a_name_that_is_taken_is_told(project: Project, rui: User, kim: User, lab: Path) -> None:
    taken = rules(project, kim)
    tiny_model(project, lab)
    model = register_base(project=project, name=taken.name, folder="tiny", by=rui)
    with pytest.raises(Conflict, match="called 'Rules'"):
        promote(model=model, by=rui)


def test_its_boxes_become_crops_of_a_new_photo(
    project: Project, rui: User, kim: User, parrot: Path
) -> None:
    model = parrot_model(project, parrot)
    photo = stored_photos(project, kim, 1)[0]
    batch = drafted([photo], kim, pipeline="crops", source=promote(model=model, by=rui))
    request = batch.requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    draft = request.drafts.get()
    assert (draft.model, draft.revision) == (model.name, model.revision)
    crop = Crop.objects.get(photo=photo)
    assert crop.corners == (0.1, 0.2, 0.9, 0.8)
    assert (crop.origin, crop.made_from) == (CropOrigin.MODEL, f"draft/{draft.pk}")


def test_an_answer_without_a_box_is_a_failure_in_words(
    project: Project, rui: User, kim: User, lab: Path
) -> None:
    source = promote(model=tiny_model(project, lab), by=rui)
    photo = stored_photos(project, kim, 1)[0]
    batch = drafted([photo], kim, pipeline="crops", source=source, max_attempts=1)
    request = batch.requests.get()
    assert request.state == RequestState.FAILED
    assert "no usable box" in request.reason or "answered with nothing" in request.reason
    assert not Crop.objects.exists()
