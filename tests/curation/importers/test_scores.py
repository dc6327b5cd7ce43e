"""Imported ratings count beside answers, in the same code; imported means stay what they are."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from catalog.models import Crop
from curation.models import Agreement, ImportedRater, Score
from curation.selectors.scores import votes_behind
from curation.services.scoring import score_photos, start_full_scores
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
