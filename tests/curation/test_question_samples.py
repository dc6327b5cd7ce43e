"""Samples from questions: regions for both stages, information gaps, their rows and their sources."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.models import Project, User
from annotation.models import DraftKind
from annotation.services.claiming import claim_next
from catalog.models import LikenessGroup, Photo, Question
from catalog.services.questions import add_question
from curation.models import DatasetVersion
from curation.selectors.exports import local_folder
from measures.boxes.text import BoxText, parse_box
from tests.annotation.build import answered, make_draft
from tests.catalog.imports import imported_photo
from tests.curation.build import campaign_over, exported, frozen
from tests.make import make_photo
from training.rows import open_rows

pytestmark = pytest.mark.django_db
SEED: dict[str, Any] = {
    "box": [0.1, 0.2, 0.5, 0.6], "rule": "grounding", "found": [0.2, 0.3, 0.4, 0.5], "factor": 4,
}  # fmt: skip
LEVELS = [
    {"side": 64, "answers": ["harbour", "harbour"], "agreement": 1.0},
    {"side": 32, "answers": ["sea", "sky"], "agreement": 0.0},
]
GAP: dict[str, Any] = {"side": 32, "threshold": 0.5, "answer": "harbour", "levels": LEVELS}


@pytest.fixture
def question(project: Project, kim: User) -> Question:
    """About a stored photo, with a seed box and a gap that were found and passed."""
    photo = imported_photo(project, kim)
    asked = add_question(photo=photo, text="What is this?", answers=["Harbour", "harbour", "sea"])
    for kind, content in ((DraftKind.REGION, SEED), (DraftKind.GAP, GAP)):
        make_draft(photo, kind, content, question=asked)
    return asked


def drawn(photo: Photo, ben: User, **answer: Any) -> None:
    """An expert's answer to the photo's question."""
    held = claim_next(campaign=campaign_over([photo], "question_region", overlap=1), person=ben)
    assert held is not None
    answered(held, {"note": "", **answer})


def folder_of(version: DatasetVersion, exporter: str = "trl_jsonl") -> Path:
    return local_folder(exported(version, exporter))


def test_a_seed_box_answers_until_an_expert_draws(question: Question, ben: User, kim: User) -> None:
    project = question.photo.project
    seeded = frozen(project, kim, kinds=["sft_region"]).samples.get()
    assert (seeded.data["box"], seeded.data["origin"]) == (SEED["box"], "seed")
    assert seeded.data["answer"] == "Harbour"
    assert {path.split("/")[0] for path in seeded.made_from} == {"question", "draft"}
    drawn(question.photo, ben, box=[0.3, 0.3, 0.6, 0.7])
    found = frozen(project, kim, kinds=["sft_region"]).samples.get()
    assert (found.data["box"], found.data["origin"]) == ([0.3, 0.3, 0.6, 0.7], "expert")
    assert any(path.startswith("response/") for path in found.made_from)


def test_what_cannot_be_seen_teaches_no_region(question: Question, ben: User, kim: User) -> None:
    drawn(question.photo, ben, box=None, not_visible=True)
    version = frozen(question.photo.project, kim, kinds=["sft_region", "rl_gap"])
    assert [sample.kind for sample in version.samples.all()] == ["rl_gap"]
    lost = version.report["lost"]["sft_region"]
    assert lost == {"an expert says that the answer cannot be seen": 1}


def test_each_photo_serves_one_stage(question: Question, kim: User) -> None:
    project, kinds = question.photo.project, ["sft_region", "rl_region"]
    halved = frozen(project, kim, kinds=kinds)
    both = frozen(project, kim, kinds=kinds, halve_regions=False)
    assert (halved.samples.count(), both.samples.count()) == (1, 2)
    (lost,) = halved.report["lost"].values()
    assert lost == {"photo serves the other stage": 1}


def test_photos_that_look_alike_serve_the_same_stage(project: Project, kim: User) -> None:
    group = LikenessGroup.objects.create(project=project)
    for _ in range(8):
        photo = make_photo(project, group=group)
        asked = add_question(photo=photo, text="What is this?", answers=["harbour"])
        make_draft(photo, DraftKind.REGION, SEED, question=asked)
    version = frozen(project, kim, kinds=["sft_region", "rl_region"])
    assert version.samples.count() == 8
    assert version.samples.values("kind").distinct().count() == 1


def test_rows_of_regions_are_read_by_their_recipe(question: Question, ben: User, kim: User) -> None:
    drawn(question.photo, ben, box=[0.3, 0.3, 0.6, 0.7])
    told: dict[str, Any] = {"kinds": ["sft_region", "rl_region"], "halve_regions": False}
    folder = folder_of(frozen(question.photo.project, kim, validation=0, **told))
    rows = open_rows(folder, "sft_region", "train")
    assert rows is not None
    said = rows[0].answers["completion"][0]["content"]
    assert json.loads(said) == {"bbox_2d": [30, 30, 60, 70]}
    assert (
        str(parse_box(said, BoxText.PERCENT)) and "What is this?" in rows[0].prompt[-1]["content"]
    )
    (rewarded,) = (folder / "rl_region-train.jsonl").read_text().splitlines()
    row = json.loads(rewarded)
    assert (row["solution_bbox"], row["answer"]) == ([30, 30, 60, 70], "Harbour")
    assert row["answers"] == ["Harbour", "harbour", "sea"] and "completion" not in row
    assert "Regions of questions (sft_region) are an expert's" in (folder / "README.md").read_text()


def test_a_gap_comes_with_its_view_its_original_and_its_evidence(
    question: Question, kim: User
) -> None:
    version = frozen(question.photo.project, kim, kinds=["rl_gap"], validation=0)
    folder = folder_of(version)
    row = json.loads((folder / "rl_gap-train.jsonl").read_text())
    with (
        Image.open(folder / row["images"][0]) as view,
        Image.open(folder / row["original"]) as all_,
    ):
        assert max(view.size) == row["side"] == 32
        assert all_.size == (question.photo.width, question.photo.height)
    assert json.loads(row["meta"])["levels"] == LEVELS and row["solution_bbox"] is None
    assert "global view" in (folder / "README.md").read_text()


def test_parquet_holds_the_same(question: Question, kim: User) -> None:
    import pyarrow.parquet as pq

    version = frozen(question.photo.project, kim, kinds=["rl_gap"], validation=0)
    (row,) = pq.read_table(folder_of(version, "trl_parquet") / "rl_gap-train.parquet").to_pylist()
    assert (row["side"], row["answers"], row["solution_bbox"]) == (
        32, ["Harbour", "harbour", "sea"], None,
    )  # fmt: skip
    with Image.open(io.BytesIO(row["original"]["bytes"])) as original:
        assert original.width == question.photo.width
