"""A checkpoint in our own process drafts crops, through the gpu queue's job and `crop.best`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from annotation.models import DraftSource, RequestState
from annotation.services.sources import set_source
from catalog.models import Crop, Photo
from inference.backends import close_warm_backend
from tests.workers.drafts import job_of, started, work_off

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ANSWER = "[12,8,83,91]"


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that knows one answer by heart."""
    folder = tmp_path_factory.mktemp("models") / "taught"
    command = [sys.executable, "-m", "tests.workers.teaching", str(folder), ANSWER]
    told = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, capture_output=True, env=told)
    return folder


@pytest.fixture
def source(taught: Path, settings: Any, photo: Photo, kim: User) -> Iterator[DraftSource]:
    settings.MODELS_DIR = taught.parent
    yield set_source(
        project=photo.project, name="Taught", backend="transformers", location="taught",
        parameters={"box_format": "percent", "max_tokens": 16, "device": "cpu"}, by=kim,
    )  # fmt: skip
    close_warm_backend()


def test_a_local_model_drafts_crops(source: DraftSource, photo: Photo, kim: User) -> None:
    batch = started([photo], kim, pipeline="crops", source=source)
    assert job_of(batch).queue == "gpu"
    request = work_off(batch).requests.get()
    assert request.state == RequestState.DRAFTED, request.reason
    draft = request.drafts.get()
    assert (draft.backend, draft.prompt_name) == ("transformers", "crop.best@1")
    assert draft.revision and draft.tokens_out > 0
    assert draft.content["text"] == ANSWER
    crop = Crop.objects.get(photo=photo)
    assert (crop.corners, crop.made_from) == ((0.12, 0.08, 0.83, 0.91), f"draft/{draft.pk}")


def test_a_model_that_is_gone_is_a_listed_failure(
    source: DraftSource, photo: Photo, kim: User, settings: Any, tmp_path: Path
) -> None:
    shutil.copytree(settings.MODELS_DIR / "taught", tmp_path / "taught")
    settings.MODELS_DIR = tmp_path
    batch = started([photo], kim, pipeline="crops", source=source)
    shutil.rmtree(tmp_path / "taught")
    request = work_off(batch).requests.get()
    assert request.state == RequestState.FAILED
    assert "no model folder" in request.reason
