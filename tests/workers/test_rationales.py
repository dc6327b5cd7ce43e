"""Rationales: bad crops beside good ones, written and checked in rounds, kept when they fail."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from annotation.models import Draft, DraftRequest, RequestState
from annotation.services.drafting import draft_again
from catalog.models import Crop, CropLabel, CropOrigin, Photo
from core.errors import InvalidInput
from tests.make import make_crop
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint, started, work_off

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = (0.2, 0.2, 0.8, 0.8)
FEW = {"good_per_photo": 1, "bad_per_photo": 1, "seed": 4}
ALONE = {"good_per_photo": 1, "bad_per_photo": 0}


@pytest.fixture
def crop(photo: Photo) -> Crop:
    """A good crop of a stored photo."""
    return make_crop(photo, GOOD, label=CropLabel.GOOD)


def test_one_start_makes_bad_crops_and_explains_both(crop: Crop, kim: User) -> None:
    batch = drafted([crop.photo], kim, pipeline="rationales", parameters=FEW)
    bad = Crop.objects.get(origin=CropOrigin.RANDOM_BAD)
    assert (bad.label, bad.rule["name"], bad.rule["seed"]) == ("bad", "cuts-or-misses", 4)
    assert bad.rule["beside"] == bad.made_from == f"crop/{crop.pk}"
    assert {row.crop_id for row in batch.requests.all()} == {crop.pk, bad.pk}
    for draft in Draft.objects.all():
        assert draft.content["judges"] == ("good" if draft.crop_id == crop.pk else "bad")
        assert draft.made_from == [f"crop/{draft.crop_id}"] and draft.verdicts.count() == 1


def test_the_same_seed_again_adds_nothing(crop: Crop, kim: User) -> None:
    drafted([crop.photo], kim, pipeline="rationales", parameters=FEW)
    made, paid = Crop.objects.count(), Draft.objects.count()
    drafted([crop.photo], kim, pipeline="rationales", parameters=FEW)
    assert (Crop.objects.count(), Draft.objects.count()) == (made, paid)
    started([crop.photo], kim, pipeline="rationales", parameters={**FEW, "seed": 5})
    assert Crop.objects.count() == made + 1


def test_where_no_bad_crop_fits_the_photo_is_listed_with_the_reason(
    photo: Photo, kim: User
) -> None:
    make_crop(photo, (0.0, 0.0, 0.985, 0.984), label=CropLabel.GOOD)
    batch = drafted([photo], kim, pipeline="rationales", parameters=FEW)
    failed = batch.requests.get(crop=None)
    assert failed.state == RequestState.FAILED and "Only 0 of 1 bad crops" in failed.reason
    assert batch.requests.count() == 2


def test_without_a_good_crop_nothing_is_started(photo: Photo, kim: User) -> None:
    make_crop(photo, origin=CropOrigin.MODEL)
    with pytest.raises(InvalidInput, match="known to be good or bad"):
        started([photo], kim, pipeline="rationales", parameters=FEW)


def refused(crop: Crop, kim: User, server: OpenAILike, rounds: int = 3) -> DraftRequest:
    """A text that is never true of the crop, checked by measuring."""
    writer = endpoint(server, crop.photo.project, kim)
    batch = drafted([crop.photo], kim, pipeline="rationales", source=writer,
                    parameters={**ALONE, "rounds": rounds})  # fmt: skip
    return batch.requests.get()


@pytest.fixture
def untrue(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"rationale": "Its left edge cuts the subject, which is lost and weak.", "judges": "bad"}
    monkeypatch.setitem(__import__("tests.servers.openai_like", fromlist=["GOOD"]).GOOD,
                        "rationale_write", said)  # fmt: skip


@pytest.mark.usefixtures("untrue")
def test_it_is_written_anew_until_its_rounds_are_used_up(
    crop: Crop, kim: User, server: OpenAILike
) -> None:
    request = refused(crop, kim, server)
    assert request.state == RequestState.REJECTED and "known to be good" in request.reason
    first, second, third = Draft.objects.order_by("pk")
    assert [each.attempt for each in (first, second, third)] == [1, 2, 3]
    assert (second.parent_id, third.parent_id) == (first.pk, second.pk)
    assert not any(each.verdicts.get().passed for each in (first, second, third))
    told = [str(body["messages"]) for body in server.requests]
    assert "known to be good" not in told[0].replace("hold it to be a good", "")
    assert all("<untrusted objections>" in each for each in told)
    assert "explains the crop as bad" in told[1] and "explains the crop as bad" in told[2]


@pytest.mark.usefixtures("untrue")
def test_drafting_again_gives_it_as_many_rounds_more(
    crop: Crop, kim: User, server: OpenAILike
) -> None:
    request = refused(crop, kim, server, rounds=2)
    draft_again(request=request, by=kim)
    work_off(request.batch)
    assert list(Draft.objects.order_by("pk").values_list("attempt", flat=True)) == [1, 2, 3, 4]


@pytest.mark.usefixtures("untrue")
def test_a_worker_that_died_after_the_last_check_pays_for_no_further_round(
    crop: Crop, kim: User, server: OpenAILike
) -> None:
    request = refused(crop, kim, server, rounds=2)
    DraftRequest.objects.update(params={})
    draft_again(request=request, by=kim)
    work_off(request.batch)
    request.refresh_from_db()
    assert (request.state, Draft.objects.count()) == (RequestState.REJECTED, 2)


@pytest.mark.usefixtures("untrue")
def test_another_batch_pays_for_none_of_it_again(crop: Crop, kim: User, server: OpenAILike) -> None:
    refused(crop, kim, server)
    asked = len(server.requests)
    assert refused(crop, kim, server).state == RequestState.REJECTED
    assert (len(server.requests), Draft.objects.count()) == (asked, 3)


def test_graded_crops_count_as_good(project: Project, kim: User, photo: Photo) -> None:
    from annotation.selectors.judged_crops import good_crops

    labelled = make_crop(photo, GOOD, origin=CropOrigin.IMPORTED, label=CropLabel.GOOD)
    drawn = make_crop(photo, (0.1, 0.1, 0.7, 0.7))
    make_crop(photo, (0.0, 0.0, 1.0, 1.0), label=CropLabel.GOOD)
    make_crop(photo, (0.3, 0.1, 0.9, 0.7), origin=CropOrigin.GRID)
    assert good_crops([photo.pk], 5) == {photo.pk: [labelled, drawn]}
    assert good_crops([photo.pk], 1) == {photo.pk: [labelled]}
