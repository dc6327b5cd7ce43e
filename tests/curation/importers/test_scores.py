"""Imported ratings count beside answers, in the same code; imported means stay what they are."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Project, User
from catalog.models import Crop
from curation.models import Agreement, ImportedRater, Score
from curation.selectors.comparisons import compared_photos, comparisons_in, pair_figures
from curation.selectors.scores import votes_behind
from curation.services.scoring import score_photos, start_full_scores
from measures.statistics.known import value_or_none
from tests.curation.build import answer_all, campaign_over, work_off
from tests.curation.importers.build import imported
from tests.jobs import run
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
HEAD = "photo,rater,score,x1,y1,x2,y2\n"
RATED = HEAD + "pier.jpg,ines,4,120,80,1080,720\npier.jpg,jo,3,120,80,1080,720\n"
WHOLE = "photo,rater,score\npier.jpg,ines,9\npier.jpg,jo,6\n"


def test_ratings_of_a_crop_become_its_score(project: Project, kim: User) -> None:
    make_photo(project, title="pier.jpg")
    imported(project, kim, "ratings", {"r.csv": RATED})
    crop = Crop.objects.get(origin="imported")
    score = Score.objects.get(crop=crop, method="mos")
    assert (score.value, score.n) == (3.5, 2) and score.low is not None
    assert [each.vote.value for each in votes_behind(score)] == [4, 3]
    assert ImportedRater.objects.count() == 2


def test_they_count_beside_what_people_answer_here(project: Project, kim: User, ben: User) -> None:
    photo = make_photo(project, title="pier.jpg")
    imported(project, kim, "ratings", {"r.csv": WHOLE}, scale="1-10")
    answer_all(campaign_over([photo], "photo_score", overlap=1), ben, {photo.pk: {"score": 3}})
    work_off()
    score = Score.objects.get(photo=photo, kind="photo", method="mos")
    assert (score.value, score.n) == (6, 3)
    agreement = Agreement.objects.filter(project=project, kind="photo").order_by("-n_votes")[0]
    assert (agreement.n_people, agreement.n_votes) == (3, 3)


def test_numbers_on_another_scale_are_kept_but_never_mixed_in(project: Project, kim: User) -> None:
    photo = make_photo(project, title="pier.jpg")
    found = imported(project, kim, "ratings", {"r.csv": WHOLE}, scale="0-100")
    assert found.counts["ratings"] == 2 and not Score.objects.filter(photo=photo).exists()


def test_computing_anew_keeps_imported_means(project: Project, kim: User) -> None:
    photo = make_photo(project, title="pier.jpg")
    content = '{"pier.jpg": {"bbox": [[120, 80, 1080, 720]], "score": [4.14]}}'
    imported(project, kim, "gaicd", {"image_crop.json": content})
    score_photos([photo.pk])
    run(start_full_scores(project=project, by=None))
    assert Score.objects.get().method == "imported_mean"


def test_the_page_of_a_score_shows_imported_votes(project: Project, kim: User, ada: User) -> None:
    make_photo(project, title="pier.jpg")
    imported(project, kim, "ratings", {"r.csv": RATED})
    score = Score.objects.get(method="mos")
    page = signed_in(ada).get(f"/p/{project.slug}/quality/scores/{score.pk}/")
    assert page.status_code == 200 and page.content.count(b">imported<") == 2


PAIRS = (
    "photo,a_x1,a_y1,a_x2,a_y2,b_x1,b_y1,b_x2,b_y2,votes_a,votes_b,ties\n"
    "pier.jpg,120,80,1080,720,0,0,600,600,4,1,0\n"
)


def test_imported_pair_votes_make_worths(project: Project, kim: User, ada: User) -> None:
    photo = make_photo(project, title="pier.jpg")
    imported(project, kim, "pairs", {"votes.csv": PAIRS})
    assert list(compared_photos(project)) == [photo]
    found = comparisons_in(project, photo.pk, ada)
    assert found.votes.n == 5 and len(found.votes.people) == 5
    ranked = value_or_none(found.ranked())
    assert ranked is not None and ranked[0][0].corners == (0.1, 0.1, 0.9, 0.9)
    first, second = (crop for crop, _ in ranked)
    assert (found.won(first, second), found.won(second, first)) == (4, 1)
    work_off()
    figures = pair_figures(project)
    assert figures is not None and figures["votes"] == 0, "nobody here has voted"
    assert "no grade to stand on" in figures["combined"]["unknown"]


def test_the_page_of_pairs_lists_photos_with_imported_votes(
    project: Project, kim: User, ada: User
) -> None:
    make_photo(project, title="pier.jpg")
    imported(project, kim, "pairs", {"votes.csv": PAIRS})
    page = signed_in(ada).get(reverse("curation:pairs", args=[project.slug]))
    assert page.status_code == 200 and "pier.jpg" in page.content.decode()
