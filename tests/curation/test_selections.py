"""Saved selections: frozen lists of photos, found by what is known of them."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Campaign
from annotation.services.discussing import flag_item
from catalog.models import LikenessGroup, Photo, PhotoState, SavedSelection, SelectedPhoto
from curation.models import Score
from curation.selectors.selections import benchmark_count, filtered_photos
from curation.services.benchmarks import draw_benchmark
from tests.annotation.build import answered, claimed, make_campaign
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def found(project: Project, reader: User, **given: Any) -> set[int]:
    return set(filtered_photos(project, given, reader)[1].values_list("pk", flat=True))


def test_photos_are_chosen_by_score_spread_and_interval(project: Project, kim: User) -> None:
    photos = [make_photo(project) for _ in range(3)]
    for photo, value in zip(photos, (2.0, 6.0, 9.0), strict=True):
        Score.objects.create(project=project, kind="photo", photo=photo, value=value, n=5,
                             sd=value / 4, low=value - 1, high=value + 1)  # fmt: skip
    assert found(project, kim, min_score="5", max_score="7") == {photos[1].pk}
    assert found(project, kim, min_spread="2") == {photos[2].pk}
    assert len(found(project, kim, min_half_width="1")) == 3
    assert found(project, kim, rated="crop", min_score="1") == set()


def test_photos_are_chosen_by_flags_answers_and_benchmarks(
    project: Project, ada: User, kim: User, ben: User
) -> None:
    campaign = make_campaign(project, photos=4)
    response = answered(claimed(campaign, ben))
    flag_item(item=response.item, by=ben, reason="Look.")
    mine = {response.item.photo_id}
    everything = set(campaign.items.values_list("photo", flat=True))
    assert found(project, kim, flag="open") == mine
    assert found(project, kim, not_answered_in=str(campaign.pk)) == everything - mine
    assert found(project, kim, answered_in=str(campaign.pk)) == mine
    held = set(draw_benchmark(project=project, name="B", share=0.5, seed=1, by=kim)
               .members.values_list("photo", flat=True))  # fmt: skip
    assert found(project, kim, benchmark="leave_out") == everything - held
    assert found(project, kim, benchmark="only") == held
    group = LikenessGroup.objects.create(project=project)
    alike = [min(held), min(everything - held)]
    Photo.objects.filter(pk__in=alike).update(group=group)
    assert benchmark_count(Photo.objects.filter(pk__in=everything)) == len(held) + 1
    assert found(project, kim, benchmark="only") == held | set(alike)
    # Ada may still be asked about these: flags must not tell her of answers.
    assert found(project, ada, flag="none") == set()


def test_a_selection_is_saved_renamed_and_deleted(project: Project, kim: User) -> None:
    photos = [make_photo(project, title=f"Dawn {n}") for n in range(3)]
    make_photo(project, title="Noon")
    client, base = signed_in(kim), f"/p/{project.slug}/photos/selections/"
    assert b"3 photos" in client.get(f"{base}new/?q=dawn").content
    made = client.post(f"{base}new/?q=dawn", {"name": "Dawns"})
    kept = SavedSelection.objects.get()
    assert made.status_code == 302 and (kept.photo_count, kept.made_by) == (3, {"q": "dawn"})
    make_photo(project, title="Dawn again")
    assert set(kept.places.values_list("photo", flat=True)) == {photo.pk for photo in photos}
    assert client.post(f"{base}{kept.pk}/rename/", {"name": "Mornings"}).status_code == 302
    page = client.get(f"{base}{kept.pk}/").content.decode()
    assert "Mornings" in page and "Title or author: dawn" in page
    assert "Mornings" in client.get(base).content.decode()
    assert client.post(f"{base}{kept.pk}/delete/").status_code == 302
    assert not SelectedPhoto.objects.exists()


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [("", "", "This field is required"), ("?q=nothing", "A", "nothing to save"),
     ("?min_score=x", "A", "min_score"), ("?person=3", "A", "no filter")],
)  # fmt: skip
def test_a_wrong_selection_is_refused(
    project: Project, kim: User, query: str, name: str, words: str
) -> None:
    make_photo(project)
    answer = signed_in(kim).post(f"/p/{project.slug}/photos/selections/new/{query}", {"name": name})
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not SavedSelection.objects.exists()


def test_the_api_saves_lists_and_hands_a_selection_to_a_campaign(
    project: Project, ada: User, kim: User, cleo: User
) -> None:
    photos = [make_photo(project) for _ in range(3)]
    make_photo(project, state=PhotoState.BROKEN)
    base, lead = f"/api/v1/projects/{project.slug}", signed_in(ada)
    ids = [photos[0].pk, photos[2].pk]
    body = {"name": "Two", "photo_ids": ids}
    made = lead.post(f"{base}/selections/", body, content_type="application/json").json()
    assert made["photo_count"] == 2
    rows = lead.get(f"{base}/selections/{made['id']}/photos/").json()["results"]
    assert {row["id"] for row in rows} == set(ids)
    campaign = make_campaign(project, photos=0, is_open=False)
    path = f"{base}/campaigns/{campaign.pk}/subjects/"
    added = lead.post(path, {"selection": made["id"]}, content_type="application/json")
    assert added.json() == {"added": 2, "job": None}
    assert set(Campaign.objects.get().items.values_list("photo", flat=True)) == set(ids)
    assert signed_in(cleo).get(f"{base}/selections/{made['id']}/").status_code == 404
    wrong = lead.post(path, {"selection": 999}, content_type="application/json")
    assert wrong.status_code == 400
