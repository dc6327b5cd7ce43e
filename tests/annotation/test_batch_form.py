"""The form of a new batch: each pipeline with its own parameters, drawn from their class."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import DraftBatch
from annotation.pipelines import PIPELINES
from annotation.selectors.draft_photos import Choice, photos_for, requests_for
from annotation.views.parameter_fields import WORDS, ParametersForm
from catalog.models import Question
from tests.make import make_photo
from tests.people import signed_in
from tests.workers.drafts import started

ALL = list(PIPELINES.values())


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


@pytest.mark.parametrize("pipeline", ALL, ids=lambda each: each.name)
def test_what_a_form_starts_with_is_what_the_pipeline_would_do(pipeline: Any) -> None:
    form = ParametersForm(pipeline)
    assert set(form.fields) == set(pipeline.parameters.model_fields) <= set(WORDS)
    sent = {
        f"{pipeline.name}-{name}": field.initial
        for name, field in form.fields.items()
        if field.initial is not None
    }
    again = ParametersForm(pipeline, sent)
    assert again.is_valid(), again.errors
    assert again.cleaned_data == pipeline.parameters().model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(
    ("name", "field", "value", "words"),
    [
        ("crops", "count", "9", "less than or equal to 8"),
        ("crops", "top_p", "0", "greater than 0"),
        ("information_gap", "sides", "many", "Write numbers"),
        ("information_gap", "sides", "4", "greater than or equal to 16"),
        ("region_grid", "crops", "circles", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    name: str, field: str, value: str, words: str
) -> None:
    form = ParametersForm(PIPELINES[name], {f"{name}-{field}": value})
    assert not form.is_valid() and words in form.errors[field][0]


@pytest.mark.django_db
def test_the_page_shows_every_pipeline_and_its_part(lead: Client, project: Project) -> None:
    page = lead.get(reverse("annotation:new-batch", args=[project.slug])).content.decode()
    for each in ALL:
        assert f'data-pipeline="{each.name}"' in page and each.intro[:30] in page


@pytest.mark.django_db
def test_a_wrong_parameter_starts_nothing(lead: Client, project: Project) -> None:
    make_photo(project)
    sent = {"pipeline": "crops", "source": "rules", "verifier": "rules", "photos": "all",
            "max_attempts": "3", "crops-count": "40"}  # fmt: skip
    answer = lead.post(reverse("annotation:new-batch", args=[project.slug]), sent)
    assert answer.status_code == 400 and "less than or equal to 8" in answer.content.decode()
    estimate = lead.post(reverse("annotation:estimate-batch", args=[project.slug]), sent)
    assert estimate.status_code == 200 and not DraftBatch.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "wanted", "count"),
    [("guidance", {}, 2), ("guidance", {"samples": 3}, 6), ("regions", {}, 3),
     ("rationales", {"good_per_photo": 2, "bad_per_photo": 1}, 6)],
)  # fmt: skip
def test_the_estimate_counts_what_is_asked_about(
    project: Project, name: str, wanted: dict[str, int], count: int
) -> None:
    one, _ = make_photo(project), make_photo(project)
    for text in ("Where?", "What?", "Who?"):
        Question.objects.create(photo=one, text=text)
    pipeline = PIPELINES[name]
    asked = requests_for(pipeline, photos_for(project, pipeline.kind, Choice("all")), wanted)
    assert (asked.photos, asked.count, asked.is_most) == (2, count, name == "rationales")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "field"), [({"count": 99}, "count"), ({"sides": [64]}, "sides")]
)
def test_the_api_takes_what_the_pipeline_takes(
    lead: Client, project: Project, parameters: dict[str, Any], field: str
) -> None:
    make_photo(project)
    source = {"name": "Rules", "backend": "rules"}
    url = f"/api/v1/projects/{project.slug}"
    made = lead.post(f"{url}/draft-sources/", source, content_type="application/json").json()["id"]
    body = {"pipeline": "crops", "source": made, "verifier": made, "parameters": parameters}
    told = lead.post(f"{url}/draft-batches/", body, content_type="application/json")
    assert (told.status_code, told.json()["error"]["field"]) == (400, field)


@pytest.mark.django_db
def test_what_failed_says_what_it_was_about(lead: Client, project: Project, ada: User) -> None:
    photo = make_photo(project)
    question = Question.objects.create(photo=photo, text="Where is the lamp?")
    batch = started([photo], ada)
    batch.requests.update(state="failed", reason="No.", question=question)
    DraftBatch.objects.update(parameters={"candidates": "listed", "enhance": False})
    page = lead.get(reverse("annotation:batch", args=[project.slug, batch.pk])).content.decode()
    assert page.count("Where is the lamp?") == 2 and "Draft again" in page
    assert "<dt>The decision sees the crops</dt><dd>as a list of numbers</dd>" in page
    rows = lead.get(f"/api/v1/projects/{project.slug}/draft-batches/{batch.pk}/requests/").json()
    assert (rows["results"][0]["question"], rows["results"][0]["sample"]) == (question.pk, 1)
