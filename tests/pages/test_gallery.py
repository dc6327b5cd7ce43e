"""The gallery of components: accessible, hidden in production, without inline script; uploads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Page, Request, Route, expect

from tests.pages.desk import findings

pytestmark = pytest.mark.browser
ROOT = Path(settings.BASE_DIR)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_gallery(open_page: Callable[[str], Page], scheme: Any) -> None:
    page = open_page("/")
    # Without motion, or axe may look while the colours are still on their way.
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    assert findings(page) == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    for file in (ROOT / "templates").rglob("*.html"):
        text = re.sub(
            r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", "", file.read_text(), flags=re.DOTALL
        )
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text), file
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), file


def test_the_gallery_is_hidden_in_production(client: Any) -> None:
    with override_settings(ROOT_URLCONF="core.web.design", SHOW_DESIGN_GALLERY=False):
        assert client.get("/").status_code == 404
        assert client.get("/expert/crop_draw/").status_code == 404


def test_uploads_show_progress_and_refusals(open_page: Callable[[str], Page]) -> None:
    page = open_page("/")
    names = [f"{i}.jpg" for i in range(5)]

    def reply(route: Route, request: Request) -> None:
        bad = b"3.jpg" in (request.post_data_buffer or b"")
        said = {"error": {"message": "This is not an image."}} if bad else {"message": "taken"}
        route.fulfill(status=400 if bad else 200, json=said)

    page.evaluate("document.querySelector('[data-upload]').dataset.url = '/taken'")
    page.route("**/taken", reply)
    files = [{"name": n, "mimeType": "image/jpeg", "buffer": b"x"} for n in names]
    page.set_input_files("[data-upload] input", files)  # type: ignore[arg-type]
    expect(page.locator(".upload--refused")).to_contain_text("This is not an image.")
    expect(page.locator("[data-upload] [role=status]")).to_have_text("5 of 5 done, 1 refused")
