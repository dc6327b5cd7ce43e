"""What repeats and gold items say of a person, on the rater's page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import CopyResult
from annotation.services import copying
from annotation.services.claiming import claim_next
from annotation.services.submitting import submit
from curation.models import ScoreKind
from curation.selectors.steadiness import steadiness_of
from measures.statistics.known import Known
from tests.annotation.build import make_campaign
from tests.curation.build import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben_at_work(project: Project, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ben gives ten photos a 5; those that come again, after one other, get a 6."""
    monkeypatch.setattr(copying, "REPEAT_AFTER", 1)
    monkeypatch.setattr(copying, "_is_drawn", lambda *_: True)
    campaign = make_campaign(project, photos=10, repeat_share=0.1)
    while assignment := claim_next(campaign=campaign, person=ben):
        score = 5 if assignment.item.copy_of_id is None else 6
        answer = {"score": score, "cannot_judge": False}
        submit(assignment=assignment, person=ben, answer=answer, submission_id=uuid4())


def test_repeats_say_how_steady_somebody_is(ben_at_work: None, project: Project, ben: User) -> None:
    found = steadiness_of(project, ben.pk, ScoreKind.PHOTO, 2.0)
    assert isinstance(found.retest, Known) and isinstance(found.taste, Known)
    assert found.retest.value.n == CopyResult.objects.count() == 9
    assert found.retest.value.within == pytest.approx(0.5**0.5)
    assert found.taste.value == pytest.approx(3.5**0.5)


def test_the_raters_page_says_it_in_words(
    ben_at_work: None, project: Project, ada: User, ben: User, client: Client
) -> None:
    work_off()
    client.force_login(ada)
    page = client.get(reverse("curation:rater", args=[project.slug, ben.pk])).content.decode()
    assert "0.71 grades apart from oneself" in page
    assert "not known, because the rater has answered no gold item yet" in page
