"""Prompts and checks by their pages and by the API: looked at, written, used, refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.checks import stored_settings
from annotation.models import Prompt, Verdict
from annotation.selectors.prompts import built_in, own_wordings
from annotation.services.prompts import note_preview
from core.models import Job
from tests.annotation.build import GUIDANCE, make_draft
from tests.make import make_crop, make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db
STEP = "guidance.refine"
TEXT = built_in(STEP).text + "Be brief."


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def prompt(lead: Client, project: Project) -> Prompt:
    lead.post(url("new-wording", project, step=STEP), {"text": TEXT, "note": "shorter"})
    return Prompt.objects.get()


def url(name: str, project: Project, **parts: Any) -> str:
    return reverse(f"annotation:{name}", kwargs={"slug": project.slug, **parts})


def api(project: Project, rest: str) -> str:
    return f"/api/v1/projects/{project.slug}/{rest}"


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_steps_are_listed_by_pipeline(lead: Client, project: Project, prompt: Prompt) -> None:
    page = text_of(lead.get(url("prompts", project)))
    assert "Guidance" in page and "guidance.refine@1" in page and "Crop proposals" in page
    one = text_of(lead.get(url("prompt-step", project, step=STEP)))
    assert "not yet seen on a photo" in one and "shorter" in one
    assert lead.get(url("prompt-step", project, step="song.write")).status_code == 404


def test_a_wording_that_cannot_be_is_told_beside_the_field(lead: Client, project: Project) -> None:
    page = lead.post(url("new-wording", project, step=STEP), {"text": "Write a poem."})
    assert page.status_code == 400 and "It needs {{ comments | fenced }}" in text_of(page)
    again = lead.get(url("new-wording", project, step=STEP))
    assert "You teach photography" in text_of(again)


def test_a_preview_is_asked_for_and_shown(lead: Client, project: Project, prompt: Prompt) -> None:
    photo = make_photo(project)
    where = {"step": STEP, "number": 1}
    assert "Look at it on a photo" in text_of(lead.get(url("prompt", project, **where)))
    lead.post(url("preview-prompt", project, **where), {"about": f"photo/{photo.pk}"})
    job = Job.objects.get(kind="annotation.preview_prompt")
    said = {"system": "<b>S", "text": "T", "photo": photo.pk, "sizes": [[9, 9]], "tokens": 7}
    Job.objects.filter(pk=job.pk).update(state="succeeded", result=said)
    note_preview(prompt=prompt)
    page = text_of(lead.get(url("prompt-preview", project, **where, job_id=job.pk)))
    assert "&lt;b&gt;S" in page and "Use this wording" in page and "0.jpg" in page


@pytest.mark.parametrize("about", ["", "photo/x", "photo/999999", "draft/1", "crop/" + "9" * 40])
def test_what_is_nothing_to_show_it_on_is_refused(
    lead: Client, project: Project, prompt: Prompt, about: str
) -> None:
    where = url("preview-prompt", project, step=STEP, number=1)
    assert lead.post(where, {"about": about}).status_code in (400, 404)
    assert not Job.objects.filter(kind="annotation.preview_prompt").exists()


def test_a_wording_is_used_and_left_again(lead: Client, project: Project, prompt: Prompt) -> None:
    use = url("use-prompt", project, step=STEP, number=1)
    assert lead.post(use).status_code == 409
    note_preview(prompt=prompt)
    lead.post(use)
    assert own_wordings(project.pk)[STEP].name == "guidance.refine@p1"
    lead.post(url("use-built-in", project, step=STEP))
    assert own_wordings(project.pk) == {}


def test_a_researcher_reads(project: Project, prompt: Prompt, rui: User) -> None:
    page = text_of(signed_in(rui).get(url("prompt", project, step=STEP, number=1)))
    assert "Be brief." in page and "Use this wording" not in page and "<select" not in page


def test_the_api_writes_shows_and_uses(lead: Client, project: Project) -> None:
    body = {"step": STEP, "text": TEXT}
    made = lead.post(api(project, "prompts/"), body, content_type="application/json")
    assert made.status_code == 201 and made.json()["name"] == "guidance.refine@p1"
    one = api(project, f"prompts/{made.json()['id']}/")
    assert lead.post(f"{one}use/").status_code == 409
    about = {"photo": make_photo(project).pk}
    shown = lead.post(f"{one}preview/", about, content_type="application/json")
    assert shown.status_code == 202
    note_preview(prompt=Prompt.objects.get())
    assert lead.post(f"{one}use/").json()["is_active"] is True
    steps = {row["step"]: row["name"] for row in lead.get(api(project, "prompts/steps/")).json()}
    assert steps[STEP] == "guidance.refine@p1" and steps["crop.best"] == "crop.best@1"


def test_a_preview_by_the_api_needs_something(
    lead: Client, project: Project, prompt: Prompt
) -> None:
    where = api(project, f"prompts/{prompt.pk}/preview/")
    crop = make_crop(make_photo(project))
    for body, status in (({}, 400), ({"crop": crop.pk}, 202), ({"question": 1}, 404)):
        assert lead.post(where, body, content_type="application/json").status_code == status


def test_checks_are_seen_and_set(lead: Client, project: Project, rui: User) -> None:
    draft = make_draft(make_photo(project), "guidance", GUIDANCE)  # type: ignore[arg-type]
    finding = {"verifier": "length", "code": "long", "message": "L.", "is_blocking": False}
    Verdict.objects.filter(draft=draft).update(findings=[finding, finding])
    page = lead.get(url("checks", project))
    rows = {row["known"].name: row for row in page.context["rows"]}
    assert rows["length"]["count"] == 1 and rows["claims"]["level"] == "is noted"
    data = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    lead.post(url("checks", project), {**data, "level_claims": "block", "language": "de"})
    project.refresh_from_db()
    kept = stored_settings(project.settings)
    assert (kept.level("claims"), kept.language) == ("block", "de")
    assert "rejects the draft" in text_of(signed_in(rui).get(url("checks", project)))
    wrong = lead.post(url("checks", project), {**data, "min_guidance_words": 2000})
    assert wrong.status_code == 400 and "longer than the longest" in text_of(wrong)


@pytest.mark.parametrize(
    ("body", "field"),
    [({"levels": {"taste": "block"}}, "levels"), ({"levels": {"length": "maybe"}}, "levels"),
     ({"language": "xx"}, "language"), ({"min_guidance_words": -1}, "min_guidance_words")],
)  # fmt: skip
def test_checks_by_the_api(
    lead: Client, project: Project, body: dict[str, Any], field: str
) -> None:
    where = api(project, "draft-checks/")
    told = lead.put(where, body, content_type="application/json")
    assert told.status_code == 400 and told.json()["error"]["field"].startswith(field)
    good = lead.put(where, {"levels": {"length": "off"}}, content_type="application/json")
    assert good.json()["levels"]["length"] == "off"
    assert lead.get(where).json()["levels"]["claims"] == "note"
