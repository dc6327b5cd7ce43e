"""Question regions by grid search, with a real model: every crop is scored, the likeliest is kept."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from annotation.models import Draft, DraftSource, RequestState
from annotation.services.sources import set_source
from catalog.models import Photo
from catalog.services.questions import add_question
from core.errors import InvalidInput
from inference.backends import close_warm_backend
from inference.models.tiny import build_tiny_model
from measures.boxes import Box
from tests.servers.openai_like import OpenAILike
from tests.workers.drafts import drafted, endpoint, job_of, started

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    build_tiny_model(folder / "tiny", "idefics3", "smoke")
    return folder


@pytest.fixture
def source(models: Path, settings: Any, photo: Photo, kim: User) -> Iterator[DraftSource]:
    settings.MODELS_DIR = models
    add_question(photo=photo, text="What colour is it?", answers=["red", "Blue", "blue."])
    yield set_source(
        project=photo.project, name="Tiny", backend="transformers", location="tiny",
        parameters={"device": "cpu", "batch_size": 4}, by=kim,
    )  # fmt: skip
    close_warm_backend()


def searched(photo: Photo, kim: User, source: DraftSource, **parameters: Any) -> Draft:
    told = {"grid": 2, **parameters}
    batch = drafted([photo], kim, pipeline="region_grid", source=source, parameters=told)
    request = batch.requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    return Draft.objects.get(pk=request.params["draft"])


def test_the_likeliest_crop_is_kept_with_all_scores(
    source: DraftSource, photo: Photo, kim: User
) -> None:
    draft = searched(photo, kim, source, noise=False)
    rows = draft.content["evidence"]
    best = max(rows, key=lambda row: row["log_likelihood"])
    assert len(rows) == 4 and all(row["log_likelihood"] < 0 for row in rows)
    assert (
        draft.content["box"]
        == draft.content["found"]
        == [best[c] for c in ("x1", "y1", "x2", "y2")]
    )
    assert (draft.content["answer"], draft.content["grid"]) == ("Blue.", 2)
    assert (draft.backend, draft.prompt_name) == ("transformers", "question.answer@1")
    assert draft.revision and draft.tokens_in > 4 * 40
    assert draft.tokens_out % 4 == 0 and draft.cost_usd == 0


def test_noise_follows_from_the_seed_and_nothing_is_scored_again(
    source: DraftSource, photo: Photo, kim: User
) -> None:
    bare = searched(photo, kim, source, noise=False)
    noisy = searched(photo, kim, source, seed=5)
    again = searched(photo, kim, source, seed=5)
    other = searched(photo, kim, source, seed=6)
    assert (noisy.parent, noisy.tokens_in, noisy.cost_usd) == (bare, 0, Decimal(0))
    assert again == noisy and other.content["box"] != noisy.content["box"]
    assert noisy.content["evidence"] == bare.content["evidence"]
    assert Box(*noisy.content["box"]).contains(Box(*bare.content["box"]))


def test_every_rectangle_of_the_grid(source: DraftSource, photo: Photo, kim: User) -> None:
    draft = searched(photo, kim, source, crops="rectangles")
    assert len(draft.content["evidence"]) == 9
    assert draft.verdicts.get().passed


def test_it_runs_where_the_model_is(source: DraftSource, photo: Photo, kim: User) -> None:
    assert job_of(started([photo], kim, pipeline="region_grid", source=source)).queue == "gpu"


def test_a_source_that_gives_no_likelihoods_is_refused(
    server: OpenAILike, source: DraftSource, photo: Photo, kim: User
) -> None:
    remote = endpoint(server, photo.project, kim)
    with pytest.raises(InvalidInput, match="Choose a source of the kind Local model"):
        started([photo], kim, pipeline="region_grid", source=remote)
