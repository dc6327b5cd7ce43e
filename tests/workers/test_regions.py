"""Question regions from a grounding model: outlined, read in any units, grown, grown again."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Draft, DraftBatch, DraftSource, RequestState
from annotation.services.growing_regions import grow_regions
from annotation.services.sources import set_source
from catalog.models import Photo
from catalog.services.questions import add_question
from core.errors import Conflict, InvalidInput
from tests.catalog.imports import imported_photo
from tests.catalog.pictures import jpeg
from tests.workers.drafts import drafted, rules, started
from tests.workers.oracle import Oracle

pytestmark = pytest.mark.django_db(transaction=True)
# 10 x 4 percent of the photo: 0.4 %, in the third fifth of the paper's, grown four times in area.
ANSWER = 'Here: ```json\n[{"bbox_2d": [40, 50, 50, 54], "label": "sign"}]\n```'


@pytest.fixture
def oracle(settings: Any) -> Iterator[Oracle]:
    with Oracle(lambda _side, _before: ANSWER) as running:
        settings.ALLOWED_LOCAL_ENDPOINTS = (running.host_port,)
        yield running


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    return imported_photo(project, kim, jpeg(1, (400, 300)))


@pytest.fixture
def source(oracle: Oracle, photo: Photo, kim: User) -> DraftSource:
    return grounder(oracle, photo, kim)


def grounder(oracle: Oracle, photo: Photo, kim: User, **more: Any) -> DraftSource:
    parameters = {"first_wait_s": 0, "max_attempts": 1, "price_in": 1.0, "price_out": 1.0, **more}
    return set_source(
        project=photo.project, name=f"Grounder {more}", backend="openai", location=oracle.url,
        model="good", parameters=parameters, by=kim,
    )  # fmt: skip


def found_in(photo: Photo, kim: User, source: DraftSource, **parameters: Any) -> DraftBatch:
    if not photo.questions.exists():
        add_question(photo=photo, text="What does the sign say?", answers=["Stop", "stop"])
    return drafted([photo], kim, pipeline="regions", source=source, parameters=parameters)


def test_a_region_is_outlined_and_grown(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    request = found_in(photo, kim, source).requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    found, grown = Draft.objects.order_by("pk")
    assert found.content["found"] == found.content["box"] == [0.4, 0.5, 0.5, 0.54]
    assert (grown.parent, grown.content["factor"]) == (found, 4)
    assert grown.content["box"] == [0.35, 0.48, 0.55, 0.56]
    assert (grown.cost_usd, grown.tokens_in, grown.backend) == (Decimal(0), 0, "rules")
    assert (found.prompt_name, found.question) == ("region.outline@1", photo.questions.get())
    assert "What does the sign say?" in oracle.texts[0] and "percent" in oracle.texts[0]


@pytest.mark.parametrize(
    ("told", "parameters", "answer", "words"),
    [
        ({}, {"units": "permille"}, "[400, 500, 500, 540]", "thousandths"),
        ({}, {"units": "pixels"}, "[160, 150, 200, 162]", "which is 400 wide and 300 high"),
        ({"box_format": "permille"}, {}, "[400, 500, 500, 540]", "thousandths"),
        ({"box_format": "points"}, {}, "(400,500),(500,540)", "thousandths"),
    ],
)
def test_boxes_are_read_as_they_were_asked_for(
    oracle: Oracle, photo: Photo, kim: User, told: dict[str, Any], parameters: dict[str, Any],
    answer: str, words: str,
) -> None:  # fmt: skip
    oracle.says = lambda _side, _before: answer
    found_in(photo, kim, grounder(oracle, photo, kim, **told), **parameters)
    found = Draft.objects.order_by("pk")[0]
    assert found.content["found"] == pytest.approx([0.4, 0.5, 0.5, 0.54])
    assert words in oracle.texts[0]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("In the middle.", "holds no [x1,y1,x2,y2]"),
        ('{"bbox_2d": [50, 50, 40, 60]}', "no area"),
        ('{"bbox_2d": [0, 0, 400, 60]}', "runs outside"),
        ("I'm sorry, but I can't assist with that request.", "declined"),
    ],
)
def test_no_box_is_a_failure_with_its_reason_and_its_cost(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User, answer: str, reason: str
) -> None:
    oracle.says = lambda _side, _before: answer
    request = found_in(photo, kim, source).requests.get()
    assert request.state == RequestState.FAILED
    assert reason in request.reason
    assert request.params["tokens_in"] == 100 and request.params["cost_usd"] > 0
    assert not Draft.objects.exists()


def test_an_answer_without_a_box_is_the_whole_photo_where_the_batch_says_so(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    oracle.says = lambda _side, _before: "In the middle."
    found_in(photo, kim, source, unreadable="whole")
    grown = Draft.objects.latest("pk")
    assert grown.content["box"] == [0, 0, 1, 1]
    assert grown.content["text"] == "In the middle."
    assert grown.verdicts.get().findings[0]["code"] == "whole"


def test_a_batch_grows_by_the_percentiles_of_its_own_boxes(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    widths = [10, 20, 30, 40, 50]
    for width in widths:
        add_question(photo=photo, text=f"How wide is {width}?", answers=["wide"])
    oracle.says = lambda _side, before: f"[0, 0, {widths[before]}, 10]"
    batch = found_in(photo, kim, source, cutoffs="data")
    assert Draft.objects.count() == 5
    made = grow_regions(batch=batch, by=kim)
    # Places 1 to 4 of the five areas 0.01 ... 0.05; each box lies in a fifth of its own.
    assert made.growth.cuts == pytest.approx((0.02, 0.03, 0.04, 0.05))
    factors = {
        each.parent.content["found"][2]: each.content["factor"]
        for each in made.drafts
        if each.parent
    }
    assert factors == {0.1: 45, 0.2: 10, 0.3: 4, 0.4: 2, 0.5: 1}
    assert all(each.verdicts.get().passed for each in made.drafts)
    assert [each.pk for each in grow_regions(batch=batch, by=kim).drafts] == [
        each.pk for each in made.drafts
    ]
    assert len(oracle.texts) == 5


def test_other_cut_offs_pay_nothing(
    oracle: Oracle, source: DraftSource, photo: Photo, kim: User
) -> None:
    batch = found_in(photo, kim, source, cutoffs="data")
    with pytest.raises(InvalidInput, match="at least 5 boxes"):
        grow_regions(batch=batch, by=kim)
    found_in(photo, kim, source, cutoffs="paper")
    assert Draft.objects.count() == 2 and len(oracle.texts) == 1


def test_a_batch_that_runs_does_not_grow_yet(source: DraftSource, photo: Photo, kim: User) -> None:
    add_question(photo=photo, text="Where?", answers=["here"])
    batch = started([photo], kim, pipeline="regions", source=source)
    with pytest.raises(Conflict, match="still finds"):
        grow_regions(batch=batch, by=kim)


@pytest.mark.parametrize(
    ("pipeline", "words"),
    [("regions", "rules measure photos"), ("information_gap", "rules measure photos"),
     ("region_grid", "how likely an answer is")],
)  # fmt: skip
def test_rules_are_refused_at_the_start(photo: Photo, kim: User, pipeline: str, words: str) -> None:
    add_question(photo=photo, text="Where?", answers=["here"])
    with pytest.raises(InvalidInput, match=words) as caught:
        started([photo], kim, pipeline=pipeline, source=rules(photo.project, kim))
    assert caught.value.field == "source"
    assert not DraftBatch.objects.exists()
