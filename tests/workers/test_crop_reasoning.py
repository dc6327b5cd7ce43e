"""CROP as a pipeline: three drafts in a chain, by rules and by an endpoint, in samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Project, User
from annotation.models import Draft, DraftBatch, DraftKind, RequestState
from annotation.services.drafting import draft_again
from annotation.services.sources import set_source
from catalog.models import Crop, Photo
from core.errors import InvalidInput
from tests.catalog.imports import imported_photo
from tests.servers.openai_like import GOOD, OpenAILike
from tests.workers.drafts import drafted, endpoint, work_off
from workers.pipelines.crop_reasoning import ANALYSE, COMPOSED, DECIDE, LISTED, PLAIN, PROPOSE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def photo(project: Project, kim: User) -> Photo:
    return imported_photo(project, kim)


@pytest.fixture
def server(settings: Any) -> Iterator[OpenAILike]:
    with OpenAILike() as server:
        settings.ALLOWED_LOCAL_ENDPOINTS = (server.host_port,)
        yield server


def reasoned(photo: Photo, kim: User, **fields: Any) -> DraftBatch:
    return drafted([photo], kim, pipeline="crop_reasoning", **fields)


def chain(sample: int = 1) -> list[Draft]:
    """The drafts of a sample: analysis, proposal, decision."""
    rows = Draft.objects.filter(request__sample=sample).order_by("pk")
    assert [row.prompt_name.split("@")[0] for row in rows] == [ANALYSE, PROPOSE, DECIDE]
    return list(rows)


def texts(server: OpenAILike) -> list[str]:
    return [json.dumps(body["messages"]) for body in server.requests]


def test_rules_do_every_step_and_each_is_a_draft(photo: Photo, kim: User) -> None:
    request = reasoned(photo, kim).requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    analysis, proposal, decision = chain()
    assert analysis.kind == DraftKind.COMPOSITION
    assert (analysis.made_from, proposal.made_from) == ([], [f"draft/{analysis.pk}"])
    assert decision.made_from == [f"draft/{proposal.pk}"]
    assert request.params["draft"] == decision.pk
    assert decision.content["crops"][0]["box"] in [c["box"] for c in proposal.content["crops"]]
    assert all(draft.verdicts.get().passed for draft in chain())


def test_candidates_become_crops_and_the_chosen_one_comes_from_the_decision(
    photo: Photo, kim: User
) -> None:
    reasoned(photo, kim)
    _, proposal, decision = chain()
    crops = Crop.objects.filter(photo=photo)
    assert crops.count() == len(proposal.content["crops"])
    (chosen,) = crops.filter(made_from=f"draft/{decision.pk}")
    assert chosen.rationale == decision.content["crops"][0]["rationale"]
    assert crops.filter(made_from=f"draft/{proposal.pk}").count() == crops.count() - 1


def test_a_model_gets_the_composition_image_and_the_numbered_candidates(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    batch = reasoned(photo, kim, source=endpoint(server, photo.project, kim))
    assert batch.requests.get().state == RequestState.DRAFTED, batch.requests.get().reason
    analysis, proposal, decision = texts(server)
    assert "data:image/jpeg" in analysis and "data:image/png" in proposal and "png" in decision
    assert "1. Rule of thirds in the box from (0.20, 0.30)" in proposal and COMPOSED in proposal
    assert "1. [0.10, 0.10, 0.80, 0.90]: Keeps the boat" in decision
    chosen = GOOD["crop_propose_composed"]["crops"][1]["box"]
    assert chain()[2].content["crops"][0]["box"] == chosen


def test_without_enhancement_the_photo_goes_as_it_is(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    told = {"enhance": False, "candidates": "listed", "count": 5}
    source = endpoint(server, photo.project, kim)
    reasoned(photo, kim, source=source, parameters=told)
    _, proposal, decision = texts(server)
    assert "image/png" not in proposal + decision
    assert PLAIN in proposal and "Propose 5 different" in proposal and LISTED in decision


def test_the_ablation_is_other_work_on_the_same_analysis(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    source = endpoint(server, photo.project, kim)
    reasoned(photo, kim, source=source)
    reasoned(photo, kim, source=source)
    assert len(server.requests) == 3
    reasoned(photo, kim, source=source, parameters={"enhance": False})
    assert len(server.requests) == 4 and Draft.objects.count() == 4


def test_a_number_that_no_candidate_has_is_told_once(
    photo: Photo, kim: User, server: OpenAILike, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(GOOD, "crop_decide", {"choice": 9, "reason": "It is best."})
    request = reasoned(photo, kim, source=endpoint(server, photo.project, kim)).requests.get()
    assert request.state == RequestState.FAILED
    assert request.reason == "The decision names candidate 9, but there are only 2."
    assert len(server.requests) == 4 and "there are only 2" in texts(server)[3]
    monkeypatch.setitem(GOOD, "crop_decide", {"choice": 1, "reason": "It is best."})
    draft_again(request=request, by=kim)
    work_off(request.batch)
    assert len(chain()) == 3 and len(server.requests) == 5


def test_candidates_that_fail_their_check_reach_no_decision(
    photo: Photo, kim: User, server: OpenAILike, monkeypatch: pytest.MonkeyPatch
) -> None:
    strip = {"box": [0.0, 0.4, 1.0, 0.45], "rationale": "", "score": 0.5}
    monkeypatch.setitem(GOOD, "crop_propose_composed", {"crops": [strip]})
    request = reasoned(photo, kim, source=endpoint(server, photo.project, kim)).requests.get()
    assert request.state == RequestState.REJECTED and "keeps only" in request.reason
    assert len(server.requests) == 2 and not Crop.objects.exists()


def test_each_sample_has_a_chain_and_seeds_of_its_own(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    told = {"samples": 2, "temperature": 0.5, "top_p": 0.95}
    reasoned(photo, kim, source=endpoint(server, photo.project, kim), parameters=told)
    first, second = chain(1), chain(2)
    assert {draft.parameters["seed"] for draft in first} == {0}
    assert {draft.parameters["seed"] for draft in second} == {1000}
    assert second[0].parameters["temperature"] == 0.5 and second[0].parameters["top_p"] == 0.95
    assert second[1].made_from == [f"draft/{second[0].pk}"]


def test_parameters_are_checked(photo: Photo, kim: User) -> None:
    for wrong in ({"candidates": "shown"}, {"count": 3}, {"enhance": "perhaps"}):
        with pytest.raises(InvalidInput) as caught:
            reasoned(photo, kim, parameters=wrong)
        assert caught.value.field in wrong


def test_an_endpoint_that_answers_in_prose_fails_in_words(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    source = set_source(
        project=photo.project, name="Prose", backend="openai", location=server.url, model="prose",
        parameters={"first_wait_s": 0, "max_attempts": 1}, by=kim,
    )  # fmt: skip
    request = reasoned(photo, kim, source=source).requests.get()
    assert request.state == RequestState.FAILED and "JSON" in request.reason


def test_candidates_are_drafted_again_for_the_same_analysis(
    photo: Photo, kim: User, server: OpenAILike, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = GOOD["crop_propose_composed"]
    tiny = {"box": [0.0, 0.0, 0.1, 0.1], "rationale": "", "score": 0.5}
    monkeypatch.setitem(GOOD, "crop_propose_composed", {"crops": [tiny]})
    request = reasoned(photo, kim, source=endpoint(server, photo.project, kim)).requests.get()
    monkeypatch.setitem(GOOD, "crop_propose_composed", good)
    draft_again(request=request, by=kim)
    work_off(request.batch)
    analysis, rejected, proposal, decision = Draft.objects.order_by("pk")
    assert (proposal.parent, proposal.attempt) == (rejected, 2)
    assert proposal.made_from == [f"draft/{analysis.pk}"]
    assert decision.made_from == [f"draft/{proposal.pk}"]
    assert len(server.requests) == 4


def test_a_chain_cut_off_before_its_decision_pays_for_the_decision_alone(
    photo: Photo, kim: User, server: OpenAILike
) -> None:
    request = reasoned(photo, kim, source=endpoint(server, photo.project, kim)).requests.get()
    Crop.objects.all().delete()
    chain()[2].verdicts.all().delete()
    chain()[2].delete()
    type(request).objects.update(state=RequestState.REJECTED, params={})
    request.refresh_from_db()
    draft_again(request=request, by=kim)
    work_off(request.batch)
    assert len(chain()) == 3 and len(server.requests) == 4
    assert Crop.objects.count() == 2
