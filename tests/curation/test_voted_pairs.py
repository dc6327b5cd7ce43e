"""Pairs of crops from votes: who wins, what is left out and why, and where each pair comes from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Item, PairVote
from annotation.services.discussing import flag_item
from catalog.models import Crop
from curation.models import Benchmark, BenchmarkPhoto, DatasetVersion, Sample
from curation.services.voted_pairs import SMALL_WORTH
from tests.curation.build import (
    compared,
    dataset_of,
    exported,
    frozen,
    photo_with_crops,
    rate,
    work_off,
)
from tests.curation.importers.build import imported
from tests.curation.test_exporting import contents
from tests.curation.test_exporting import exports_folder as exports_folder
from tests.make import make_crop, make_photo
from tests.people import signed_in
from tests.workers.drafts import stored_photos

pytestmark = pytest.mark.django_db
VOTES = {"kinds": ["dpo_crop"], "pairs_from": "votes", "min_pair_votes": 2, "max_iou": 1}
BOXES = "0,0,400,400", "500,0,900,400", "0,500,400,900"
HEAD = "photo,width,height,a_x1,a_y1,a_x2,a_y2,b_x1,b_y1,b_x2,b_y2,votes_a,votes_b,ties\n"


def pairs(version: DatasetVersion) -> list[Sample]:
    return list(version.samples.order_by("index"))


def lost(version: DatasetVersion) -> dict[str, int]:
    found: dict[str, int] = version.report["lost"].get("dpo_crop", {})
    return found


def counted(project: Project, kim: User, *rows: tuple[int, int, int, int, int]) -> list[Crop]:
    """Votes that an import only counts: two boxes by place, votes for either, ties."""
    make_photo(project, title="pier.jpg", width=1000, height=1000)
    lines = [
        f"pier.jpg,1000,1000,{BOXES[a]},{BOXES[b]},{votes},{against},{ties}\n"
        for a, b, votes, against, ties in rows
    ]
    imported(project, kim, "pairs", {"pairs.csv": HEAD + "".join(lines)})
    return list(Crop.objects.order_by("pk"))


def test_what_both_chose_wins_and_leads_back_to_them(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project, 3)
    compared([photo], [ben, eve])
    version = frozen(project, kim, **VOTES)
    oldest, middle, newest = photo.crops.order_by("pk")
    found = [(each.data["chosen"]["box"], each.data["rejected"]["box"]) for each in pairs(version)]
    ends = [(oldest, middle), (oldest, newest), (middle, newest)]
    assert found == [([*map(float, a.corners)], [*map(float, b.corners)]) for a, b in ends]
    first = pairs(version)[0]
    assert first.data["votes"] == {"for": 2, "against": 0, "ties": 0}
    assert (first.data["p"], first.data["tier"], first.data["gap"]) == (0.875, "soft", None)
    votes = PairVote.objects.filter(first__in=[oldest, middle], second__in=[oldest, middle])
    paths = {f"response/{pk}" for pk in votes.values_list("response", flat=True)}
    assert len(paths) == 2 and paths < set(first.made_from)


def test_ties_and_cannot_judge_are_no_votes(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    photo = photo_with_crops(project, 2)
    compared([photo], [ben])
    compared([photo], [eve], lambda *_: "tie")
    few = frozen(project, kim, **VOTES)
    assert few.state == "failed" and "pair has too few votes (1)" in few.error
    (pair,) = pairs(frozen(project, kim, **{**VOTES, "min_pair_votes": 1}))
    assert pair.data["votes"] == {"for": 1, "against": 0, "ties": 1}
    assert len([path for path in pair.made_from if path.startswith("response/")]) == 1


def test_one_person_is_one_vote_the_newest(project: Project, ben: User, kim: User) -> None:
    photo = photo_with_crops(project, 2)
    compared([photo], [ben])
    compared([photo], [ben], lambda first, second: "first" if first.pk > second.pk else "second")
    (pair,) = pairs(frozen(project, kim, **{**VOTES, "min_pair_votes": 1}))
    assert pair.data["votes"] == {"for": 1, "against": 0, "ties": 0}
    newest = photo.crops.order_by("pk").last()
    assert newest is not None and pair.data["chosen"]["box"] == [*map(float, newest.corners)]


def test_even_and_narrow_votes_are_left_out_and_counted(project: Project, kim: User) -> None:
    counted(project, kim, (0, 1, 4, 1, 0), (0, 2, 3, 2, 1), (1, 2, 2, 2, 3))
    version = frozen(project, kim, **{**VOTES, "min_pair_votes": 4, "min_share": 0.7})
    (pair,) = pairs(version)
    assert pair.data["votes"] == {"for": 4, "against": 1, "ties": 0}
    assert lost(version) == {"pair's votes are even": 1, "pair's majority is too small": 1}
    assert [path for path in pair.made_from if path.startswith("importedpair/")]


def test_worths_must_agree_where_the_rules_ask(project: Project, kim: User) -> None:
    counted(project, kim, (0, 1, 5, 0, 0), (1, 2, 5, 0, 0), (0, 2, 2, 3, 0))
    assert len(pairs(frozen(project, kim, **VOTES))) == 3
    version = frozen(project, kim, **{**VOTES, "min_worth": 0.1})
    found = pairs(version)
    assert lost(version) == {SMALL_WORTH: 1}
    assert len(found) == 2 and all(each.data["gap"] >= 0.1 for each in found)


def test_alike_boxes_and_pairs_over_the_limit_are_left_out(
    project: Project, ben: User, kim: User
) -> None:
    compared([photo_with_crops(project, 4)], [ben])
    rules = {**VOTES, "min_pair_votes": 1}
    limited = frozen(project, kim, **{**rules, "pairs_per_photo": 2})
    assert len(pairs(limited)) == 2 and lost(limited) == {"pair is over the photo's limit": 4}
    apart = lost(frozen(project, kim, **{**rules, "max_iou": 0.3, "pairs_per_photo": 9}))
    assert apart["pair's boxes look alike"] >= 1


def test_scores_make_no_pairs_of_votes(project: Project, ben: User, eve: User, kim: User) -> None:
    photo = photo_with_crops(project)
    rate([photo], {ben: {photo.pk: [5, 4, 2, 1]}, eve: {photo.pk: [5, 4, 2, 1]}})
    assert frozen(project, kim, **VOTES).state == "failed"
    other = photo_with_crops(project, 2)
    compared([other], [ben, eve])
    both = frozen(project, kim, **{**VOTES, "kinds": ["sft_crop", "dpo_crop"]})
    assert both.samples.get(kind="dpo_crop").photo == other
    assert both.samples.get(kind="sft_crop").photo == photo


def test_benchmarks_and_discussed_photos_stay_out(
    project: Project, ada: User, ben: User, kim: User
) -> None:
    held, discussed, free = photos = [photo_with_crops(project, 2) for _ in range(3)]
    compared(photos, [ben])
    benchmark = Benchmark.objects.create(project=project, name="Hold-out", seed=0, share=0.3)
    BenchmarkPhoto.objects.create(
        benchmark=benchmark, photo=held, content_hash=held.content_hash, group_key="g"
    )
    item = Item.objects.get(photo=discussed)
    flag_item(item=item, by=ada, reason="A bird?")
    version = frozen(project, kim, **{**VOTES, "min_pair_votes": 1})
    assert [pair.photo for pair in pairs(version)] == [free]
    assert len(lost(version)) == 2 and lost(version)["photo has an open flag"] == 1


def test_the_export_and_its_card_say_votes(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    (photo,) = stored_photos(project, kim, 1)
    for box in ((0.1, 0.1, 0.9, 0.8), (0.0, 0.0, 0.5, 0.5)):
        make_crop(photo, box)
    compared([photo], [ben, eve])
    found = contents(exported(frozen(project, kim, **{**VOTES, "validation": 0})))
    (row,) = [json.loads(line) for line in found["dpo_crop-train.jsonl"].splitlines()]
    assert row["chosen"][0]["content"] != row["rejected"][0]["content"]
    assert json.loads(row["meta"])["votes"] == {"for": 2, "against": 0, "ties": 0}
    card = found["README.md"].decode()
    assert "votes between the two crops" in card and "mean opinion score" not in card


def test_form_and_api_take_the_rule(project: Project, ben: User, eve: User, kim: User) -> None:
    compared([photo_with_crops(project, 2)], [ben, eve])
    client, dataset = signed_in(kim), dataset_of(project, kim)
    room = f"/p/{project.slug}/datasets"
    form = client.get(f"{room}/{dataset.pk}/freeze/").content.decode()
    assert "pair votes: what most people chose" in form
    sent: dict[str, Any] = {"kinds": ["dpo_crop"], "pairs_from": "votes", "min_share": "0.3"}
    wrong = client.post(f"{room}/{dataset.pk}/freeze/", sent)
    assert wrong.status_code == 400 and "greater than or equal to 0.5" in wrong.content.decode()
    body = {"dataset": dataset.pk, "rules": {**VOTES, "validation": 0}}
    url = f"/api/v1/projects/{project.slug}/versions/"
    assert client.post(url, body, content_type="application/json").status_code == 202
    work_off()
    version = DatasetVersion.objects.get()
    page = client.get(f"{room}/versions/{version.pk}/").content.decode()
    assert "2 of 2 votes" in page and "P(preferred) 0.88" in page
    assert version.samples.get().made_from[-1].startswith("response/")
