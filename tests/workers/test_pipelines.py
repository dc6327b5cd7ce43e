"""Drafting with the rules: guidance and crops, verdicts, drafting again, nothing done twice."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from annotation.models import BatchState, Draft, DraftRequest, RequestState, Verdict
from annotation.services.drafting import draft_again, move_batch, start_batch
from annotation.services.sources import set_source
from catalog.models import Crop, CropOrigin, Photo, RawComment
from core.errors import Conflict, InvalidInput
from tests.catalog.imports import imported_photo
from tests.workers.drafts import drafted, rules, work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    photo = imported_photo(project, kim)
    RawComment.objects.create(photo=photo, text="Too dark, and the horizon tilts.", text_hash="1")
    return photo


def test_guidance_is_drafted_and_verified(photo: Photo, kim: User) -> None:
    batch = drafted([photo], kim)
    request = batch.requests.get()
    assert (batch.state, request.state) == (BatchState.DONE, RequestState.DRAFTED), request.reason
    draft = request.drafts.get()
    assert draft.backend == "rules"
    assert draft.prompt_hash
    assert draft.content["guidance"]
    assert draft.made_from == [f"rawcomment/{photo.raw_comments.get().pk}"]
    assert draft.verdicts.get().passed


def test_crops_become_rows_with_their_origin(photo: Photo, kim: User) -> None:
    draft = drafted([photo], kim, pipeline="crops").requests.get().drafts.get()
    crops = Crop.objects.filter(photo=photo)
    assert crops.count() == len(draft.content["crops"]) >= 4
    assert {crop.origin for crop in crops} == {CropOrigin.MODEL}
    assert {crop.made_from for crop in crops} == {f"draft/{draft.pk}"}


def test_the_same_work_is_not_paid_for_twice(photo: Photo, kim: User) -> None:
    drafted([photo], kim)
    again = drafted([photo], kim).requests.get()
    assert again.state == RequestState.DRAFTED
    assert Draft.objects.count() == 1


def test_a_batch_cut_off_before_the_verdict_goes_on_without_asking_again(
    photo: Photo, kim: User
) -> None:
    batch = drafted([photo], kim)
    draft = batch.requests.get().drafts.get()
    draft.verdicts.all().delete()
    batch.requests.update(state=RequestState.REJECTED)
    draft_again(request=batch.requests.get(), by=kim)
    work_off(batch)
    assert Draft.objects.count() == 1
    assert draft.verdicts.count() == 1


def test_a_rejected_draft_can_be_drafted_again_with_its_parent(photo: Photo, kim: User) -> None:
    batch = drafted([photo], kim)
    batch.requests.update(state=RequestState.REJECTED)
    Verdict.objects.update(passed=False)
    draft_again(request=batch.requests.get(), by=kim)
    work_off(batch)
    first, second = Draft.objects.order_by("pk")
    assert (second.parent_id, second.attempt) == (first.pk, 2)


def test_only_ended_requests_can_be_drafted_again(photo: Photo, kim: User) -> None:
    request = drafted([photo], kim).requests.get()
    with pytest.raises(Conflict):
        draft_again(request=request, by=kim)


def test_a_model_may_not_verify_itself(photo: Photo, kim: User) -> None:
    source = set_source(
        project=photo.project, name="Endpoint", backend="openai", model="m",
        location="https://models.example.org/v1", by=kim,
    )  # fmt: skip
    with pytest.raises(InvalidInput, match="another model"):
        start_batch(
            project=photo.project, pipeline="guidance", source=source, verifier=source,
            photos=[photo], by=kim,
        )  # fmt: skip


def test_a_paused_batch_starts_nothing_new(photo: Photo, kim: User) -> None:
    batch = start_batch(
        project=photo.project, pipeline="guidance", source=rules(photo.project, kim),
        verifier=None, photos=[photo], by=kim,
    )  # fmt: skip
    move_batch(batch=batch, to=BatchState.PAUSED, by=kim)
    work_off(batch)
    assert not Draft.objects.exists()
    move_batch(batch=batch, to=BatchState.OPEN, by=kim)
    work_off(batch)
    assert DraftRequest.objects.get().state == RequestState.DRAFTED


def test_nothing_ready_is_refused_in_words(project: Project, kim: User) -> None:
    with pytest.raises(InvalidInput, match="nothing to draft"):
        start_batch(
            project=project, pipeline="guidance", source=rules(project, kim), verifier=None,
            photos=[], by=kim,
        )  # fmt: skip
