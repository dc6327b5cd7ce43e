"""The wizard in a real browser: rules, live preview, freezing, all by keyboard; and axe on each page."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import Project, User
from curation.models import DatasetVersion
from curation.services.benchmarks import draw_benchmark, freeze_references
from tests.curation.build import dataset_of, frozen, score_of, scored_photos, work_off
from tests.people import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kims_page(page: Page, live_url: str, kim: User) -> Page:
    cookie = signed_in(kim).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_url}])
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    return page


def test_rules_are_tried_and_frozen(
    project: Project, ben: User, eve: User, kim: User, kims_page: Page, live_url: str
) -> None:
    scored_photos(project, [ben, eve], 4)
    dataset = dataset_of(project, kim)
    kims_page.goto(f"{live_url}/p/lighthouse/datasets/{dataset.pk}/freeze/")
    preview = kims_page.locator("#preview")
    expect(preview).to_contain_text("16 samples")
    kims_page.get_by_label("Smallest gap of a pair").fill("2")
    kims_page.keyboard.press("Tab")
    expect(preview).to_contain_text("12 samples")
    expect(preview).to_contain_text("pair's gap is too small")
    kims_page.get_by_label("Least votes per crop").fill("3")
    kims_page.keyboard.press("Tab")
    expect(preview).to_contain_text("Nothing passes these rules yet")
    kims_page.get_by_label("Least votes per crop").fill("2")
    kims_page.get_by_role("button", name="Freeze").focus()
    kims_page.keyboard.press("Enter")
    kims_page.wait_for_url("**/datasets/versions/*/")
    expect(kims_page.locator("h1")).to_contain_text("version 1")
    work_off()
    expect(kims_page.locator("main")).to_contain_text("12 samples of 4 photos", timeout=10_000)
    assert DatasetVersion.objects.get().state == "frozen"


def test_pages_are_accessible(
    project: Project, ben: User, eve: User, kims_page: Page, live_url: str
) -> None:
    photo = scored_photos(project, [ben, eve], 4)[0]
    version = frozen(project, ben)
    benchmark = draw_benchmark(project=project, name="B", share=0.3, seed=1, by=None)
    freeze_references(benchmark=benchmark, rule="best", by=None)
    score = score_of(photo, 0)
    pages = [
        "quality/", f"quality/scores/{score.pk}/", "datasets/", f"datasets/{version.dataset_id}/",
        f"datasets/{version.dataset_id}/freeze/", f"datasets/versions/{version.pk}/",
        "datasets/benchmarks/", f"datasets/benchmarks/{benchmark.pk}/",
    ]  # fmt: skip
    for path in pages:
        kims_page.goto(f"{live_url}/p/lighthouse/{path}")
        if "freeze" in path:
            expect(kims_page.locator("#preview")).to_contain_text("samples")
        found = Axe().run(kims_page)
        assert found.violations_count == 0, (path, found.generate_report())
