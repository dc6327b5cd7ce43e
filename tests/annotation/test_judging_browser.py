"""Judging models' texts in a real browser: by keyboard alone, and by touch on a tablet."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from accounts.models import Project, User
from annotation.models import AnswerMark, Assignment, Campaign, DraftKind, TextVote
from catalog.models import Photo, Question
from tests.annotation.build import OTHER_GUIDANCE, make_draft
from tests.annotation.desk import (
    Open,
    check,
    press,
    responses,
    shown,
    sign_in,
    start,
    wait_for,
    work,
)
from tests.annotation.desk import blind as blind
from tests.annotation.desk import desk as desk
from tests.annotation.desk import photos as photos
from tests.annotation.desk import said as said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def judging(project: Project, photos: list[Photo]) -> Campaign:
    for question in Question.objects.all():
        make_draft(question.photo, DraftKind.ANSWER, {"text": "A tower."}, question=question)
    return start(project, "answer_judging")


@pytest.fixture
def texts(project: Project, photos: list[Photo]) -> Campaign:
    for photo in photos:
        make_draft(photo, DraftKind.GUIDANCE, OTHER_GUIDANCE, revision="another")
    return start(project, "text_pair", settings={"ask_reasons": True})


def test_by_keyboard(desk: Open, judging: Campaign, texts: Campaign) -> None:
    page = work(desk, judging)
    check(page)
    press(page, "1", "2", "Backspace", "1", "0", "Enter")
    wait_for(responses(judging), 1)
    marks = {each.criterion: each.value for each in AnswerMark.objects.all()}
    assert marks == {"completeness": 1, "preciseness": 1, "relevance": 0}
    page = work(desk, texts)
    held = Assignment.objects.get(pk=shown(page))
    press(page, "ArrowLeft")  # not yet: nobody has read them
    page.wait_for_selector(".btn--choice:not([disabled])")
    press(page, "d", "x")
    assert page.locator(".pair-text mark").count()
    check(page)
    press(page, "Shift+ArrowLeft", "2", "Enter")
    wait_for(responses(texts), 1)
    vote = TextVote.objects.get()
    # The view was swapped: what stood on the left of this screen is stored as the right one.
    assert vote.outcome == ("second" if held.presentation["first_on_left"] else "first")
    assert vote.response.answer["reasons"] == ["complete"] and vote.strength == 2


def test_by_touch(
    browser: Browser, live_url: str, ben: User, judging: Campaign, texts: Campaign
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
    sign_in(context, ben, live_url)
    page = context.new_page()
    page.goto(f"{live_url}/work/{judging.pk}/")
    shown(page)
    for name in ("Completeness", "Preciseness", "Relevance"):
        page.get_by_role("radiogroup", name=name).get_by_text("2").tap()
    page.get_by_role("button", name="Next").tap()
    wait_for(responses(judging), 1)
    page.goto(f"{live_url}/work/{texts.pk}/")
    shown(page)
    page.wait_for_selector(".btn--choice:not([disabled])")
    page.get_by_role("button", name="No difference").tap()
    wait_for(responses(texts), 1)
    assert TextVote.objects.get().outcome == "tie"
    context.close()
