"""Ratings and pair votes on one scale: fitted behind the scenes, shown, refused with a reason."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import PairVote
from catalog.models import Crop
from curation.models import PairFigures, Score
from curation.services.agreeing import start_agreement
from curation.services.scoring import score_photos
from measures.statistics.combined import fit_combined
from measures.statistics.known import Known
from tests.curation.build import compared, frozen, photo_with_crops, score_of, work_off
from tests.curation.test_primary import BEN, EVE, IDA, fitted
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def rated_and_compared(project: Project, ben: User, eve: User) -> None:
    """Four rated photos; on the first the experts prefer the older crop of every two."""
    fitted(project, ben, eve)
    compared([project.photos.earliest("pk")], [ben, eve])


def test_both_kinds_of_vote_make_one_score(rated_and_compared: None, project: Project) -> None:
    crops = list(Crop.objects.order_by("pk").values_list("pk", flat=True))
    given = [(0, BEN), (1, EVE), (2, IDA)]
    ratings = [(person, crops[at * 4 + place], grade) for person, rows in given
               for at, row in enumerate(rows) for place, grade in enumerate(row)]  # fmt: skip
    pairs = [(crops[one], crops[two], 1) for _ in (1, 2) for one in range(4)
             for two in range(one + 1, 4)]  # fmt: skip
    person, crop, grade = np.array(ratings).T
    left, right, choice = np.array(pairs).T
    wanted = fit_combined((person, crop, grade), (left, right, choice))
    assert isinstance(wanted, Known)
    found = list(Score.objects.filter(method="combined").order_by("crop_id"))
    assert [score.value for score in found] == pytest.approx(wanted.value.mean, abs=1e-5)
    assert [score.sd for score in found] == pytest.approx(wanted.value.sd, abs=1e-5)
    assert [score.n for score in found[:5]] == [3 + 6] * 4 + [3]
    assert [score.rank for score in found[:4]] == [1, 2, 3, 4]


def test_pairs_narrow_the_interval(rated_and_compared: None, project: Project) -> None:
    photo = project.photos.earliest("pk")
    alone, both = score_of(photo, 0, "primary"), score_of(photo, 0, "combined")
    assert both.sd is not None and alone.sd is not None and both.sd < alone.sd
    assert both.method_version == "1" and both.low is not None and both.low < both.value


def test_the_pages_say_what_it_rests_on(
    rated_and_compared: None, project: Project, kim: User
) -> None:
    score = score_of(project.photos.earliest("pk"), 0, "combined")
    client = signed_in(kim)
    shown = client.get(reverse("curation:score", args=[project.slug, score.pk])).content.decode()
    assert "Combined score from 1 to 5 of 9 votes" in shown
    assert shown.count("preferred in 2 of 2") == 3 and "pairs order the crops of one" in shown
    listed = client.get(reverse("curation:quality", args=[project.slug])).content.decode()
    assert "Why this combined score" in listed
    pairs = client.get(reverse("curation:pairs", args=[project.slug])).content.decode()
    assert "crops on one scale with 48 ratings" in pairs


def test_it_is_refused_in_words(project: Project, ben: User, eve: User, kim: User) -> None:
    fitted(project, ben, eve)
    assert _unknown(project) == "not known, because nobody has compared crops of this project"
    compared([photo_with_crops(project)], [ben])
    assert "no crop that was compared belongs to a photo whose crops were rated" in _unknown(
        project
    )
    assert not Score.objects.filter(method="combined").exists()
    shown = signed_in(kim).get(reverse("curation:pairs", args=[project.slug])).content.decode()
    assert "no crop that was compared" in shown


def test_pairs_alone_have_no_grade(project: Project, ben: User) -> None:
    compared([photo_with_crops(project)], [ben])
    assert "pairs have no grade to stand on" in _unknown(project)


def test_a_new_vote_makes_it_provisional_until_the_next_fit(
    rated_and_compared: None, project: Project
) -> None:
    photo = project.photos.earliest("pk")
    score_photos([photo.pk])
    assert score_of(photo, 0, "combined").is_provisional
    start_agreement(project=project)
    work_off()
    assert not score_of(photo, 0, "combined").is_provisional


def test_votes_that_are_gone_take_it_away(rated_and_compared: None, project: Project) -> None:
    PairVote.objects.update(is_current=False)
    start_agreement(project=project)
    work_off()
    assert not Score.objects.filter(method="combined").exists()


def test_a_version_can_rest_on_it(rated_and_compared: None, project: Project, kim: User) -> None:
    version = frozen(project, kim, kinds=["dpo_crop"], score="combined", min_gap=0.2, validation=0)
    samples = list(version.samples.all())
    assert version.state == "frozen" and samples
    named = {int(path.split("/")[1]) for sample in samples for path in sample.made_from
             if path.startswith("score/")}  # fmt: skip
    assert set(Score.objects.filter(pk__in=named).values_list("method", flat=True)) == {"combined"}


def _unknown(project: Project) -> str:
    return str(PairFigures.objects.get(project=project).figures["combined"]["unknown"])
