"""The whole loop in a real browser, as the people who go through it: photos in, drafts, experts,
data, a model, and its next draft; and one page on which a photo is followed all the way.

Nothing is stood in for: PostgreSQL, Valkey, the Celery worker and the trainer are the real ones.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from annotation.models import Draft
from catalog.models import Photo
from curation.models import BenchmarkPhoto, Sample, Score
from tests.loop.desk import LATER, Desk, answer_by_keys, answer_by_program
from training.engines.local import end_all
from training.models import Model, Run
from workers.demo import panel

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
P = "/p/lighthouse"
NAMES = ("boats", "canyon", "cat", "coffee", "dandelion", "temple")
# Enough steps that the model knows its five photos by heart and so writes boxes; good it is not.
SETTINGS = {
    "What is trained": "full", "Steps": 150, "Batch size": 5, "Accumulation": 1,
    "Learning rate": 0.002, "Warm-up steps": 5, "Adam beta 2": 0.98, "Measure every": 10,
    "Validate every": 0, "Checkpoint every": 75,
}  # fmt: skip
Seat = Callable[[User], Desk]


@pytest.fixture
def seat(browser: Browser, live_url: str, worker: None) -> Iterator[Seat]:
    """Gives each person a browser of their own; no run goes on afterwards."""
    desks: list[Desk] = []

    def sit(person: User) -> Desk:
        desks.append(Desk(browser, person, live_url))
        return desks[-1]

    yield sit
    for desk in desks:
        desk.leave()
    end_all(Path(settings.RUNS_DIR), grace_s=0)


def test_one_photo_from_its_comment_to_the_draft_of_the_model_it_trained(
    seat: Seat,
    kim: User,
    ada: User,
    ben: User,
    eve: User,
    rui: User,
    tmp_path: Path,
    learner_folder: Path,
) -> None:
    curator, lead, experts = seat(kim), seat(ada), [seat(ben), seat(eve)]
    bring_photos(curator, tmp_path)
    draw_benchmark(curator)
    for what in ("Guidance", "Crop proposals"):
        draft(lead, what, count=len(NAMES))
    ask_experts(lead, *experts)
    freeze_and_export(curator)
    researcher = seat(rui)
    train(researcher, learner_folder)
    evaluate_and_promote(researcher)
    photo = Sample.objects.filter(kind="sft_crop", split="train").earliest("pk").photo
    draft(lead, "Crop proposals", source="Loop (run", photo=photo, count=1)
    follow(researcher.go(f"{P}/photos/{photo.pk}/lineage/"), photo)


def bring_photos(desk: Desk, folder: Path) -> None:
    titles = {name: title for title, name in panel.names_by_title().items()}
    comments = ["photo,text,language"]
    for name in NAMES:
        picture = Image.open(panel.PHOTOS / f"{name}.jpg")
        picture.thumbnail((640, 640))
        picture.save(folder / f"{titles[name]}.jpg", quality=88)
        for text, language in panel.views()[name]["comments"]:
            comments.append(f'{titles[name]},"{text}",{language}')
    desk.go(f"{P}/photos/")
    desk.follow("Import photos")
    desk.page.locator("input[type=file]").set_input_files(sorted(folder.glob("*.jpg")))
    desk.press(f"Import {len(NAMES)} files")
    expect(desk.page.get_by_text("✓ imported")).to_have_count(len(NAMES), timeout=LATER)
    (folder / "comments.csv").write_text("\n".join(comments))
    desk.go(f"{P}/photos/comments/")
    desk.page.locator("input[type=file]").set_input_files(folder / "comments.csv")
    desk.press("Add comments")
    desk.sees(f"{len(comments) - 1} comments were added.")


def draw_benchmark(desk: Desk) -> None:
    desk.go(f"{P}/datasets/benchmarks/")
    desk.press("Draw a benchmark")
    desk.fill({"Share": 0.17, "Seed": 5})
    desk.press("Draw and freeze")
    desk.sees("Hold-out")
    assert BenchmarkPhoto.objects.count() == 1


def draft(
    desk: Desk, what: str, *, count: int, source: str = "Rules", photo: Photo | None = None
) -> None:
    """A batch of drafts, checked by the rules; watched until it is done."""
    page = desk.go(f"{P}/drafts/batches/new/")
    page.get_by_label(what).first.check()
    choose(page, "Drafted by", source)
    choose(page, "Checked by", "Rules")
    if photo is not None:
        page.get_by_label("All ready photos").check()
        desk.fill({"Only these photos": photo.pk})
    desk.press("Start the batch")
    expect(page.get_by_text("✓ drafted")).to_have_count(count, timeout=LATER)


def choose(page: Page, label: str, words: str) -> None:
    """The option that begins so."""
    field = page.get_by_label(label)
    options = field.locator("option").all_inner_texts()
    field.select_option(next(each for each in options if each.strip().startswith(words)))


def ask_experts(lead: Desk, ben: Desk, eve: Desk) -> None:
    reviews = open_campaign(lead, "Guidance review", {"Answers per item": 1})
    answer_by_keys(ben, reviews, ["a", "a"], len(NAMES))  # quick, so it asks once more
    held_out = BenchmarkPhoto.objects.get().photo_id
    drawing = {"Answers per item": 1, "Only these photos": held_out}
    answer_by_keys(eve, open_campaign(lead, "Crop drawing", drawing), ["c", "Enter"], 1)
    scores = open_campaign(lead, "Crop scores", {"Answers per item": 2})
    answer_by_keys(ben, scores, [*"43434343", "Enter"], len(NAMES), look_ms=1_800)
    answer_by_program(eve, scores, by_size)
    lead.go(f"{P}/campaigns/{scores}/")
    lead.sees(f"{2 * len(NAMES)} of {2 * len(NAMES)}")


def open_campaign(desk: Desk, kind: str, fields: dict[str, Any]) -> int:
    desk.go(f"{P}/campaigns/new/")
    desk.follow(f"Choose {kind}")
    desk.fill({"Name": f"Our {kind.lower()}", **fields})
    desk.press("Make the campaign")
    desk.press("Open")
    desk.sees("Pause")
    return desk.number()


def by_size(item: dict[str, Any]) -> dict[str, Any]:
    """Eve likes large crops, but not so much that she would be flagged."""
    areas = [crop["width"] * crop["height"] for crop in item["crops"]]
    middle = sorted(areas)[len(areas) // 2]
    return {
        "scores": [{"place": at, "score": 4 if area >= middle else 3}
                   for at, area in enumerate(areas)]
    }  # fmt: skip


def freeze_and_export(desk: Desk) -> None:
    page = desk.go(f"{P}/datasets/benchmarks/")
    desk.follow("Hold-out")
    desk.press("Freeze references")
    page.get_by_label("Every box that an expert drew").check()
    desk.press("Freeze")
    desk.sees("version 1")
    desk.go(f"{P}/datasets/")
    desk.press("New dataset")
    desk.fill({"Name": "Loop"})
    desk.press("Make it")
    desk.fill({"Validation share": 0})
    desk.press("Freeze")
    page.get_by_role("button", name="Export").first.click(timeout=LATER)
    page.get_by_role("dialog").get_by_role("button", name="Export", exact=True).click()
    download_all(page)


def download_all(page: Page) -> None:
    """The archive is what its checksum says."""
    link = page.get_by_role("link", name="Download all")
    expect(link).to_be_visible(timeout=LATER)
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="export.zip"))
    with page.expect_download() as begun:
        link.click()
    content = Path(begun.value.path()).read_bytes()
    expect(row).to_contain_text(hashlib.sha256(content).hexdigest())


def train(desk: Desk, learner: Path) -> None:
    folder = Path(settings.MODELS_DIR) / "tiny"
    shutil.copytree(learner, folder)
    desk.go(f"{P}/models/")
    desk.press("Add a base model")
    desk.fill({"Name": "Tiny", "Folder": "tiny"})
    desk.press("Add")
    desk.sees("Tiny can be trained and evaluated now.")
    desk.go(f"{P}/training/")
    desk.follow("Start a run")
    desk.follow("Choose CROP, stage 1")
    desk.fill({"Name": "Loop", **SETTINGS})
    desk.press("Start the run")
    desk.page.locator("#live a[href*='/models/']").click(timeout=LATER)


def evaluate_and_promote(desk: Desk) -> None:
    desk.sees("Not evaluated yet")
    model = desk.page.url
    desk.press("Evaluate")
    desk.sees("1 photo asked", within=LATER)
    desk.page.goto(model)
    desk.press("Promote")
    desk.sees("It is the draft source Loop (run")


def follow(page: Page, photo: Photo) -> None:
    """From the model's new draft back to the raw comment, by the links of the one page."""
    told, last = Draft.objects.get(photo=photo, kind="guidance"), Draft.objects.latest("pk")
    score = Score.objects.filter(photo=photo, method="mos", kind="crop").earliest("rank")
    run = Run.objects.get()
    model = Model.objects.get(checkpoint__run=run)
    assert score.crop is not None and last.source is not None and last.photo_id == photo.pk
    for stage, key, came_from in [
        ("next-draft", f"draft/{last.pk}", f"model/{model.pk}"),
        ("checkpoint", f"model/{model.pk}", f"run/{run.pk}"),
        ("run", f"run/{run.pk}", f"export/{run.export_id}"),
        ("export", f"export/{run.export_id}", f"datasetversion/{run.export.version_id}"),
        ("score", f"score/{score.pk}", f"crop/{score.crop_id}"),
        ("crop", f"crop/{score.crop_id}", score.crop.made_from),
        ("response", f"response/{told.items.get().responses.get().pk}", f"draft/{told.pk}"),
        ("verdict", f"verdict/{told.verdicts.get().pk}", f"draft/{told.pk}"),
        ("draft", f"draft/{told.pk}", f"rawcomment/{photo.raw_comments.earliest('pk').pk}"),
    ]:
        assert came_from in origins(page, stage, key), f"{key} does not lead to {came_from}"
    every_link_opens(page)


def origins(page: Page, stage: str, key: str) -> set[str]:
    """The keys of the steps that one step leads back to, followed by its links."""
    step = page.locator(f"#stage-{stage} .step").filter(has=page.get_by_text(key, exact=True))
    links = step.locator(".step__from a").all()
    targets = [page.locator(str(link.get_attribute("href"))) for link in links]
    return {target.locator("code").inner_text() for target in targets}


def every_link_opens(page: Page) -> None:
    """What the steps lead to can be opened by the same person."""
    links = page.locator("#main .steps a[href^='/']")
    addresses = {urljoin(page.url, str(link.get_attribute("href"))) for link in links.all()}
    assert len(addresses) > 10
    assert {page.request.get(address).status for address in addresses} == {200}
