"""The draft pages in a real browser: hostile drafts stay text, batches run, nothing is inaccessible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from annotation.models import (
    Draft,
    DraftBatch,
    DraftKind,
    DraftRequest,
    DraftSource,
    RequestState,
    Verdict,
)
from annotation.services.drafting import start_batch
from annotation.services.sources import rules_source
from catalog.models import Photo, RawComment
from core.models import Job
from tests.annotation.build import make_draft
from tests.catalog.imports import imported_photo
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Whatever runs says so in the title; whatever the policy stops is said in the console.
RUN = "document.title='ran'"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"\"><svg onload={RUN}>",
    f"'-{RUN}-'",
    f"</textarea></pre></title><iframe srcdoc=\"<script>parent.{RUN}</script>\">",
    f"<a href=\"javascript:{RUN}\">x</a>",
    "{{ 7|add:7 }}{% debug %}",
    f"<div hx-get=/ hx-trigger=load hx-on:load={RUN}>",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe\u2066 hidden",
)  # fmt: skip
ALL = "\n".join(PAYLOADS)
HUGE = "A" * 1_000_000


@pytest.fixture
def studio(page: Page, live_url: str, ada: User) -> Iterator[Page]:
    """A browser in which Ada has signed in; words in its console fail the test."""
    session = signed_in(ada).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert [words for words in said if "Failed to load resource" not in words] == []


def address(live_url: str, name: str, project: Project, **parts: Any) -> str:
    return live_url + reverse(f"annotation:{name}", kwargs={"slug": project.slug, **parts})


def hostile(photo: Photo, by: User) -> DraftBatch:
    """Rows as an attacker would have them, past every check: pages must hold on their own."""
    Photo.objects.filter(pk=photo.pk).update(title=ALL[:200], author=PAYLOADS[1])
    comment = RawComment.objects.create(photo=photo, text=ALL, author=PAYLOADS[0], text_hash="1")
    batch = _batch(photo, by)
    DraftSource.objects.update(name=PAYLOADS[0], model=PAYLOADS[2], revision=PAYLOADS[1])
    guidance = {
        "overall": ALL, "analysis": ALL, "guidance": ALL,
        "issues": list(PAYLOADS), "suggestions": list(PAYLOADS),
    }  # fmt: skip
    crops = {"crops": [{"box": [0.1, 0.1, 0.9, 0.9], "rationale": ALL}], "text": ALL}
    for kind, content in (
        (DraftKind.GUIDANCE, guidance), (DraftKind.CROPS, crops),
        (DraftKind.REGION, {PAYLOADS[0]: ALL}), (DraftKind.ANSWER, {"text": HUGE}),
        (DraftKind.GUIDANCE, {**guidance, "analysis": HUGE}),
    ):  # fmt: skip
        make_draft(photo, kind, content)
    request = batch.requests.get()
    Draft.objects.update(
        model=PAYLOADS[2], prompt_name=PAYLOADS[0], prompt_hash="0" * 64, source=batch.source,
        parameters={PAYLOADS[0]: ALL}, made_from=[f"rawcomment/{comment.pk}"], request=request,
    )  # fmt: skip
    finding = {"verifier": PAYLOADS[0], "code": "x", "message": ALL, "is_blocking": True}
    Verdict.objects.update(passed=False, findings=[finding], model=PAYLOADS[1])
    DraftRequest.objects.update(state=RequestState.FAILED, reason=ALL)
    DraftBatch.objects.update(state="done", parameters={PAYLOADS[0]: PAYLOADS[1]})
    return batch


def _batch(photo: Photo, by: User) -> DraftBatch:
    rules = rules_source(project=photo.project, by=by)
    return start_batch(
        project=photo.project, pipeline="guidance", source=rules, verifier=rules, photos=[photo],
        by=by,
    )  # fmt: skip


def check_harmless(page: Page) -> None:
    """Nothing ran, and nothing of it became an element."""
    page.wait_for_load_state("networkidle")
    assert page.title() != "ran"
    planted = "iframe, main script, main [onerror], main [onload], a[href^='javascript:']"
    assert page.locator(planted).count() == 0
    assert page.locator("main [hx-on\\:load], main svg[onload]").count() == 0
    policy = page.request.get(page.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy


def test_hostile_drafts_are_text_on_every_page(
    studio: Page, live_url: str, project: Project, kim: User, ada: User
) -> None:
    batch = hostile(imported_photo(project, kim), ada)
    source = batch.source
    job = _trial_of(source, ada)
    pages = [
        address(live_url, "drafts", project),
        address(live_url, "batches", project),
        address(live_url, "batch", project, batch_id=batch.pk),
        address(live_url, "sources", project),
        address(live_url, "new-batch", project),
        address(live_url, "trial", project, source_id=source.pk, job_id=job.pk),
        *(address(live_url, "draft", project, draft_id=d.pk) for d in Draft.objects.all()),
    ]
    for each in pages:
        assert studio.goto(each).ok  # type: ignore[union-attr]
        check_harmless(studio)
    guidance = Draft.objects.filter(kind=DraftKind.GUIDANCE).earliest("pk")
    studio.goto(address(live_url, "draft", project, draft_id=guidance.pk))
    expect(studio.get_by_text(PAYLOADS[0]).first).to_be_visible()


def _trial_of(source: DraftSource, by: User) -> Job:
    """A trial that ended with a hostile answer."""
    said = {"text": ALL, "model": PAYLOADS[0], "prompt": PAYLOADS[2], "photo": 1}
    return Job.objects.create(
        kind="annotation.try_source", scope=source.project.scope, state="succeeded", owner=by,
        subject=f"draftsource/{source.pk}", result=said,
    )  # fmt: skip


def check(page: Page) -> None:
    """No known fault of accessibility, nothing to scroll sideways for."""
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_batch_runs_while_one_watches(
    studio: Page, live_url: str, project: Project, kim: User, worker: None
) -> None:
    photo = imported_photo(project, kim)
    studio.goto(address(live_url, "drafts", project))
    studio.get_by_role("link", name="Start the first batch").click()
    expect(studio.locator("#estimate")).to_contain_text("1 photo")
    check(studio)
    studio.keyboard.press("Tab")
    studio.get_by_role("button", name="Start the batch").press("Enter")
    expect(studio.get_by_text("1 of 1 photos")).to_be_visible(timeout=60_000)
    expect(studio.get_by_text("✓ drafted")).to_be_visible()
    check(studio)
    studio.get_by_role("link", name=re.compile(r"^Draft \d+$")).click()
    expect(studio.get_by_role("heading", name="Analysis")).to_be_visible()
    expect(studio.get_by_text("✓ passed").first).to_be_visible()
    check(studio)
    assert Draft.objects.get().photo == photo


def test_a_source_is_tested_on_its_page(
    studio: Page, live_url: str, project: Project, kim: User, ada: User, worker: None
) -> None:
    imported_photo(project, kim)
    rules_source(project=project, by=ada)
    studio.goto(address(live_url, "sources", project))
    check(studio)
    studio.get_by_role("button", name="Test this source").click()
    expect(studio.get_by_text("It answered in")).to_be_visible(timeout=60_000)
    assert not Draft.objects.exists()
    check(studio)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)])
def test_pages_fit(
    studio: Page, live_url: str, project: Project, kim: User, ada: User, size: tuple[int, int]
) -> None:
    photo = imported_photo(project, kim)
    make_draft(photo, DraftKind.CROPS, {"crops": [{"box": [0, 0, 0.5, 0.5], "rationale": "x"}]})
    Draft.objects.update(prompt_name="crop.propose@1", prompt_hash="a" * 64, revision="b" * 64)
    batch = _batch(photo, ada)
    DraftRequest.objects.update(state=RequestState.FAILED, reason="The endpoint is gone. " * 20)
    studio.set_viewport_size({"width": size[0], "height": size[1]})
    for name, parts in (
        ("drafts", {}), ("batches", {}), ("new-batch", {}), ("sources", {}), ("new-source", {}),
        ("batch", {"batch_id": batch.pk}), ("draft", {"draft_id": Draft.objects.get().pk}),
    ):  # fmt: skip
        studio.goto(address(live_url, name, project, **parts))
        check(studio)
