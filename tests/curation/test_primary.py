"""The primary score: fitted behind the scenes, provisional at once, refused where it cannot be known."""

from __future__ import annotations

import math

import pytest
from scipy.stats import norm

from accounts.models import Project, User
from core.models import Job
from curation.models import RaterFigures, ScaleFit, Score
from curation.services.agreeing import start_agreement
from curation.services.freezing import freeze_version
from curation.services.scoring import score_photos
from measures.statistics.primary import fit_primary
from tests.curation.build import (  # fmt: skip
    answer_all,
    campaign_over,
    dataset_of,
    frozen,
    photo_with_crops,
    rate,
    score_of,
    work_off,
)
from tests.jobs import run
from tests.make import make_member

pytestmark = pytest.mark.django_db

# Four photos of four crops each; Ben votes a grade below Eve and Ida throughout.
EVE = [[5, 4, 3, 2], [4, 5, 3, 3], [5, 3, 4, 2], [4, 4, 5, 2]]
IDA = [[5, 4, 3, 3], [4, 4, 3, 2], [5, 3, 3, 2], [5, 4, 5, 3]]
BEN = [[4, 3, 2, 1], [3, 4, 2, 2], [4, 2, 3, 1], [3, 3, 4, 1]]


def fitted(project: Project, ben: User, eve: User, *, photos: int = 4) -> list[Score]:
    ida = make_member(project, "Ida", "expert")
    made = [photo_with_crops(project) for _ in range(photos)]
    grades = {
        person: {photo.pk: given[at] for at, photo in enumerate(made)}
        for person, given in ((ben, BEN), (eve, EVE), (ida, IDA))
    }
    rate(made, grades)
    return list(Score.objects.filter(method="primary").order_by("crop_id"))


def test_the_primary_score_knows_who_is_strict(project: Project, ben: User, eve: User) -> None:
    scores = fitted(project, ben, eve)
    votes = [(0, BEN), (1, EVE), (2, IDA)]
    columns = [(person, at * 4 + place, grade) for person, given in votes
               for at, row in enumerate(given) for place, grade in enumerate(row)]  # fmt: skip
    wanted = fit_primary(*zip(*columns, strict=True))
    assert [score.value for score in scores] == pytest.approx(wanted.mean.tolist())
    assert [score.high for score in scores] == pytest.approx(wanted.mean + wanted.half_width)
    assert {(score.n, score.is_provisional, score.unknown) for score in scores} == {(3, False, "")}
    strict = RaterFigures.objects.get(person=ben)
    assert (strict.n, strict.bias) == (16, pytest.approx(wanted.bias[0]))
    assert strict.bias is not None and strict.bias < -0.5


def test_few_crops_give_a_reason_and_no_score(project: Project, ben: User, eve: User) -> None:
    assert fitted(project, ben, eve, photos=2) == []
    assert ScaleFit.objects.get().unknown == "fewer than 10 items are linked by common raters"
    habits = RaterFigures.objects.get(person=ben)
    assert habits.bias is None and habits.unknown.startswith("not known, because fewer than 10")


def test_a_new_vote_is_scored_by_the_last_fit_and_then_fitted(
    project: Project, ben: User, eve: User
) -> None:
    fitted(project, ben, eve)
    photo = photo_with_crops(project)
    answer_all(campaign_over([photo], overlap=1), ben, {photo.pk: [4, 3, 2, 1]})
    score_photos([photo.pk])
    early = score_of(photo, 0, "primary")
    assert (early.is_provisional, early.rank, early.n) == (True, 1, 1)
    assert early.value > score_of(photo, 0).value, "Ben's severity is not taken out"
    work_off()
    late = score_of(photo, 0, "primary")
    assert not late.is_provisional and late.value == pytest.approx(early.value, abs=0.3)


def test_an_unchanged_score_is_not_written_again(project: Project, ben: User, eve: User) -> None:
    before = {score.pk: score.computed_at for score in fitted(project, ben, eve)}
    start_agreement(project=project)
    work_off()
    after = Score.objects.filter(method="primary")
    assert dict(after.values_list("pk", "computed_at")) == before


def test_nobody_links_a_person_who_voted_alone(project: Project, ben: User, eve: User) -> None:
    fitted(project, ben, eve)
    photo, zoe = photo_with_crops(project), make_member(project, "Zoe", "expert")
    answer_all(campaign_over([photo], overlap=1), zoe, {photo.pk: [4, 3, 2, 1]})
    work_off()
    assert not Score.objects.filter(photo=photo, method="primary").exists()
    assert score_of(photo, 0).value == 4
    assert set(ScaleFit.objects.values_list("n_raters", flat=True)) == {1, 3}


def test_a_version_can_rest_on_the_primary_score(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    scores = {score.crop_id: score for score in fitted(project, ben, eve)}
    version = frozen(project, kim, kinds=["dpo_crop"], score="primary", min_gap=0.3, validation=0)
    samples = version.samples.order_by("index")
    assert version.state == "frozen" and samples
    for sample in samples:
        first, second = (int(path.split("/")[1]) for path in sample.made_from if
                         path.startswith("score/"))  # fmt: skip
        winner, loser = sorted((Score.objects.get(pk=first), Score.objects.get(pk=second)),
                               key=lambda score: -score.value)  # fmt: skip
        assert {winner.method, loser.method} == {"primary"}
        gap, spread = winner.value - loser.value, math.hypot(winner.sd or 0, loser.sd or 0)
        assert sample.data["gap"] == pytest.approx(gap, abs=1e-5)
        assert sample.data["p"] == pytest.approx(norm.cdf(gap / spread), abs=1e-4)
    assert set(scores) >= {winner.crop_id, loser.crop_id}


def test_a_provisional_score_waits_for_the_next_fit(
    project: Project, ben: User, eve: User, kim: User
) -> None:
    fitted(project, ben, eve)
    Score.objects.filter(method="primary").update(is_provisional=True)
    version = freeze_version(
        dataset=dataset_of(project, kim), rules={"kinds": ["dpo_crop"], "score": "primary"}, by=kim
    )
    run(Job.objects.get(kind="curation.freeze", state="queued"))
    version.refresh_from_db()
    assert "waits for the next fit (8)" in version.error
