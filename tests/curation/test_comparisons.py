"""Pair votes as the quality pages show them: order, gaps, circles, what to ask next."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from catalog.models import Crop
from curation.selectors.comparisons import compared_photos, comparisons_in, pair_figures
from curation.selectors.reliability import reliability
from measures.statistics.known import Known, NotKnown
from tests.curation.build import compared, photo_with_crops, scored_photos
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def page(client: Client, name: str, project: Project, *args: object) -> str:
    answer = client.get(reverse(f"curation:{name}", args=[project.slug, *args]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_crops_stand_in_the_order_of_the_votes(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project)
    compared([photo], [ben, eve])
    found = comparisons_in(project, photo.pk, kim)
    ranked = found.ranked()
    assert isinstance(ranked, Known)
    assert [crop.pk for crop, _ in ranked.value] == sorted(crop.pk for crop in found.crops)
    assert [score.n for _, score in ranked.value] == [6, 6, 6, 6]
    assert found.is_regularised, "the oldest crop won every comparison"
    first, second = found.crops[:2]
    assert (found.won(first, second), found.won(second, first)) == (2.0, 0.0)


@pytest.mark.parametrize("most", [0, 10_000])
def test_photos_with_votes_are_found_in_small_and_large_projects(
    project: Project, ben: User, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("catalog.selectors.photos.MOST_COUNTED", most)
    photo, _ = photo_with_crops(project), photo_with_crops(project)
    compared([photo], [ben])
    assert list(compared_photos(project)) == [photo]


def test_both_votes_and_ties_are_counted_from_both_sides(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project, 2)
    compared([photo], [ben], lambda *_: "tie")
    compared([photo], [eve], lambda *_: "neither")
    found, figures = comparisons_in(project, photo.pk, kim), pair_figures(project)
    assert (found.votes.n, found.won(*found.crops)) == (2, 0.5)
    assert figures is not None
    assert [figures[name] for name in ("votes", "ties", "undecided", "people")] == [2, 1, 1, 2]
    assert figures["left"] == {"unknown": "not known, because fewer than 50 decided votes"}


def test_crops_that_nothing_joins_have_no_common_scale(
    project: Project, ben: User, kim: User
) -> None:
    photo = photo_with_crops(project)
    one, two, three, four = photo.crops.order_by("pk")
    apart = [{one, two}, {three, four}]

    def only_within(first: Crop, second: Crop) -> str:
        return "first" if {first, second} in apart else "neither"

    compared([photo], [ben], only_within)
    found = comparisons_in(project, photo.pk, kim)
    assert found.n_groups == 2 and isinstance(found.ranked(), NotKnown)
    joining = found.suggestions()[0]
    assert {joining.first, joining.second} not in apart, "it does not join the two"
    shown = page(signed_in(kim), "photo-pairs", project, photo.pk)
    assert "no chain of comparisons joins all of its crops" in shown
    assert "2 groups that no comparison joins" in page(signed_in(kim), "pairs", project)


def test_circles_are_counted(project: Project, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, 3)
    ids = sorted(photo.crops.values_list("pk", flat=True))

    def around(first: Crop, second: Crop) -> str:
        return "first" if (ids.index(second.pk) - ids.index(first.pk)) % 3 == 1 else "second"

    compared([photo], [ben], around)
    assert "1 of 1 triples go in a circle" in page(signed_in(kim), "photo-pairs", project, photo.pk)


def test_the_pages_show_worths_matrix_and_what_is_next(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project)
    compared([photo], [ben, eve])
    shown = page(signed_in(kim), "photo-pairs", project, photo.pk)
    assert "Worth in logits" in shown and "Worth asking next" in shown
    assert len(re.findall(r">2 : 0<", shown)) == len(re.findall(r">0 : 2<", shown)) == 6
    assert "held by a prior" in page(signed_in(kim), "pairs", project)


def test_who_may_still_be_asked_sees_nothing(project: Project, ada: User, ben: User) -> None:
    photo = photo_with_crops(project)
    compared([photo], [ben], overlap=2)
    client = signed_in(ada)
    answer = client.get(reverse("curation:photo-pairs", args=[project.slug, photo.pk]))
    assert answer.status_code == 403
    assert "You may still be asked about this photo" in page(client, "pairs", project)


def test_no_votes_are_no_photo(project: Project, kim: User) -> None:
    photo, client = photo_with_crops(project), signed_in(kim)
    answer = client.get(reverse("curation:photo-pairs", args=[project.slug, photo.pk]))
    assert answer.status_code == 404
    assert "No pairs yet" in page(client, "pairs", project)


def test_ratings_that_foretell_the_choice_are_seen_to(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photos = scored_photos(project, [ben, eve], 4)
    compared(photos, [ben, eve])
    kept = reliability(project)
    assert isinstance(kept, Known) and kept.value.n == 4 * 6 * 2
    assert kept.value.brier < 0.1, "the older crops got the better grades and won"
    assert all(row.observed.share in (0, 1) for row in kept.value.bins if row.observed.n > 4)
    shown = page(signed_in(kim), "pairs", project)
    assert "Chosen as often as predicted" in shown and "n 48 decided votes" in shown
    rows = list(csv.DictReader(StringIO(page(signed_in(kim), "reliability-csv", project))))
    assert sum(int(row["n"]) for row in rows) == 48


def test_the_worths_of_a_photo_can_be_had_as_csv(project: Project, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, 3)
    compared([photo], [ben])
    text = page(signed_in(kim), "photo-pairs-csv", project, photo.pk)
    rows = list(csv.DictReader(StringIO(text)))
    assert [int(row["crop"]) for row in rows] == sorted(photo.crops.values_list("pk", flat=True))
    assert all(float(row["low"]) < float(row["worth"]) < float(row["high"]) for row in rows)


def test_without_ratings_nothing_is_foretold(project: Project, ben: User, kim: User) -> None:
    compared([photo_with_crops(project)], [ben])
    assert "have no primary scores from ratings" in page(signed_in(kim), "pairs", project)
