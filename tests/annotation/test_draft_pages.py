"""The draft pages: what waits, new batches, steering, one draft, sources."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Project, User
from annotation.models import (
    BatchState,
    Draft,
    DraftBatch,
    DraftKind,
    DraftSource,
    RequestState,
    Verdict,
)
from annotation.selectors.draft_photos import Choice, photos_for
from annotation.selectors.draft_sources import default_sources
from annotation.services.drafting import start_batch
from annotation.services.sources import rules_source, set_source
from catalog.models import Photo, RawComment
from inference.prompts import render
from tests.annotation.build import GUIDANCE, make_draft
from tests.make import make_photo
from tests.people import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(ada: User) -> Client:
    return signed_in(ada)


@pytest.fixture
def photo(project: Project) -> Photo:
    return make_photo(project)


def url(name: str, project: Project, **parts: Any) -> str:
    return reverse(f"annotation:{name}", kwargs={"slug": project.slug, **parts})


def batch_of(photo: Photo, by: User, **fields: Any) -> DraftBatch:
    rules = rules_source(project=photo.project, by=by)
    return start_batch(
        project=photo.project, pipeline="guidance", source=rules, verifier=rules, photos=[photo],
        by=by, **fields,
    )  # fmt: skip


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_an_empty_project_offers_the_first_batch(lead: Client, project: Project) -> None:
    page = text_of(lead.get(url("drafts", project)))
    assert "No drafts yet" in page and "Start the first batch" in page


def test_what_waits_is_counted(lead: Client, project: Project, photo: Photo) -> None:
    make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    make_photo(project)
    waits = lead.get(url("drafts", project)).context["waits"]
    assert (waits.without_guidance, waits.without_crops, waits.unseen) == (1, 2, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 2), ("?kind=crops", 1), ("?verdict=rejected", 1), ("?verdict=unchecked", 0),
     ("?kind=crops&verdict=passed", 1)],
)  # fmt: skip
def test_drafts_are_narrowed_by_chips(
    lead: Client, project: Project, photo: Photo, query: str, found: int
) -> None:
    make_draft(photo, DraftKind.CROPS, {"crops": []})
    rejected = make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    Verdict.objects.filter(draft=rejected).update(passed=False)
    assert len(lead.get(url("drafts", project) + query).context["rows"]) == found


def test_what_waits_in_a_large_project_is_counted_after_the_page(
    lead: Client, project: Project, photo: Photo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.selectors.photos.MOST_COUNTED", 0)
    cache.delete(f"waiting/{project.pk}")
    assert b"Counting what waits" in lead.get(url("drafts", project)).content
    counted = lead.get(url("drafts-waiting", project))
    assert counted.context["waits"].without_guidance == 1
    page = lead.get(url("drafts", project))
    assert b"Counted in the last" in page.content and page.context["waits"].is_about


@pytest.mark.parametrize("query", ["?kind=poem", "?owner__password=x", "?before=x", "?source=a"])
def test_unknown_filters_are_refused(lead: Client, project: Project, query: str) -> None:
    assert lead.get(url("drafts", project) + query).status_code == 400


def test_lists_are_paged_by_key(lead: Client, project: Project, photo: Photo) -> None:
    for _ in range(32):
        make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    first = lead.get(url("drafts", project))
    assert len(first.context["rows"]) == 30
    second = lead.get(url("drafts", project) + first.context["page"].older)
    assert len(second.context["rows"]) == 2


def test_lists_cost_the_same_whatever_they_hold(
    lead: Client, project: Project, photo: Photo, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    with django_assert_max_num_queries(30):
        lead.get(url("drafts", project))


def test_a_draft_shows_where_it_came_from(lead: Client, project: Project, photo: Photo) -> None:
    comment = RawComment.objects.create(photo=photo, text="Too dark for me.", text_hash="1")
    draft = make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    Draft.objects.filter(pk=draft.pk).update(
        made_from=[f"rawcomment/{comment.pk}"], prompt_name="guidance.refine@1", tokens_in=731
    )
    page = text_of(lead.get(url("draft", project, draft_id=draft.pk)))
    for words in (
        str(GUIDANCE["analysis"]),
        "Too dark for me.",
        "secret-model-9",
        "731",
        "✓ passed",
    ):
        assert words in page


def test_a_prompts_text_is_shown_while_its_hash_holds(
    lead: Client, project: Project, photo: Photo
) -> None:
    draft = make_draft(photo, DraftKind.CROPS, {"crops": [{"box": [0, 0, 0.5, 0.5]}]})
    prompt = render("crop.best")
    rows = Draft.objects.filter(pk=draft.pk)
    rows.update(prompt_name=prompt.name, prompt_hash=prompt.hash)
    address = url("draft", project, draft_id=draft.pk)
    assert "Find the best crop of this photo." in text_of(lead.get(address))
    rows.update(prompt_hash="0" * 64)
    assert "is not among the prompts" in text_of(lead.get(address))


def test_a_draft_of_an_unknown_shape_is_shown_as_it_is(
    lead: Client, project: Project, photo: Photo
) -> None:
    draft = make_draft(photo, DraftKind.REGION, {"where": "<b>left</b>"})
    page = text_of(lead.get(url("draft", project, draft_id=draft.pk)))
    assert "&lt;b&gt;left" in page


def test_a_batch_is_started_with_the_built_in_rules(
    lead: Client, project: Project, photo: Photo
) -> None:
    form = {"pipeline": "crops", "source": "rules", "verifier": "rules", "photos": "missing",
            "max_attempts": "2", "crops-temperature": "0.5", "crops-count": "4",
            "guidance-temperature": "no number"}  # fmt: skip
    response = lead.post(url("new-batch", project), form)
    batch = DraftBatch.objects.get()
    assert response["Location"] == url("batch", project, batch_id=batch.pk)
    assert (batch.source, batch.verifier) == (DraftSource.objects.get(),) * 2
    assert batch.parameters == {"temperature": 0.5, "count": 4}
    assert [request.photo for request in batch.requests.all()] == [photo]


def test_a_verifier_must_differ(lead: Client, project: Project, photo: Photo, ada: User) -> None:
    source = set_source(
        project=project, name="Lab", backend="openai", location="https://models.example.org/v1",
        model="m", by=ada,
    )  # fmt: skip
    form = {"pipeline": "guidance", "source": source.pk, "verifier": source.pk, "photos": "all",
            "max_attempts": "3"}  # fmt: skip
    response = lead.post(url("new-batch", project), form)
    assert response.status_code == 400
    assert "another model than the drafter" in response.context["form"].errors["verifier"][0]
    assert not DraftBatch.objects.exists()


def test_nothing_to_draft_is_said(lead: Client, project: Project, photo: Photo) -> None:
    make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    form = {"pipeline": "guidance", "source": "rules", "verifier": "rules", "photos": "missing",
            "max_attempts": "3"}  # fmt: skip
    response = lead.post(url("new-batch", project), form)
    assert "nothing to draft" in response.context["form"].errors["photos"][0]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [({"photos": "all"}, 3), ({"photos": "comments"}, 1), ({"photos": "missing"}, 2),
     ({"photos": "all", "q": "pier"}, 1), ({"photos": "all", "limit": "2"}, 2),
     ({"photos": "all", "alike": "true"}, 0)],
)  # fmt: skip
def test_the_estimate_counts_the_chosen_photos(
    lead: Client, project: Project, chosen: dict[str, str], count: int
) -> None:
    photos = [make_photo(project, title=title) for title in ("Old pier", "Rocks", "Gulls")]
    make_draft(photos[1], DraftKind.GUIDANCE, GUIDANCE)
    RawComment.objects.create(photo=photos[0], text="Nice.", text_hash="1")
    form = {"pipeline": "guidance", "source": "rules", "verifier": "rules", "max_attempts": "3"}
    response = lead.post(url("estimate-batch", project), {**form, **chosen})
    assert response.context["photos"] == count


def test_a_source_gets_its_share_and_always_the_same_photos(lead: Client, project: Project) -> None:
    photos = [make_photo(project) for _ in range(200)]
    source = DraftSource.objects.create(
        project=project, name="Half", backend="transformers", share=0.5, made_from="model/1"
    )
    everything = Choice("all")
    first, again = (set(photos_for(project, DraftKind.CROPS, everything, source)) for _ in range(2))
    assert first == again and 70 < len(first) < 130
    DraftSource.objects.filter(pk=source.pk).update(made_from="model/2")
    other = set(photos_for(project, DraftKind.CROPS, everything, DraftSource.objects.get()))
    assert first - other and other - first
    named = Choice("all", photo_ids=tuple(photo.pk for photo in photos))
    assert photos_for(project, DraftKind.CROPS, named, source).count() == 200
    form = {"pipeline": "crops", "source": source.pk, "verifier": "rules", "photos": "all",
            "max_attempts": "3"}  # fmt: skip
    response = lead.post(url("estimate-batch", project), form)
    assert response.context["photos"] == len(other) and "promoted for 50 %" in text_of(response)


def test_time_and_cost_come_from_the_sources_last_drafts(
    lead: Client, project: Project, photo: Photo, ada: User
) -> None:
    rules = rules_source(project=project, by=ada)
    make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    Draft.objects.update(source=rules, latency_ms=4000, cost_usd=Decimal("0.5"))
    form = {"pipeline": "guidance", "source": rules.pk, "verifier": rules.pk, "photos": "all",
            "max_attempts": "3"}  # fmt: skip
    found = lead.post(url("estimate-batch", project), form).context["found"]
    assert (found.requests, found.seconds, found.usd, found.n) == (1, 4.0, 0.5, 1)


def test_a_running_batch_fetches_itself_and_an_ended_one_does_not(
    lead: Client, project: Project, photo: Photo, ada: User
) -> None:
    batch = batch_of(photo, ada)
    address = url("batch", project, batch_id=batch.pk)
    assert "every 2s" in text_of(lead.get(address))
    batch.requests.update(state=RequestState.FAILED, reason="The endpoint is gone.")
    DraftBatch.objects.update(state=BatchState.DONE)
    page = text_of(lead.get(address))
    assert "every 2s" not in page and "The endpoint is gone." in page
    assert lead.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("state", "words"),
    [(RequestState.FAILED, "ended, some failed"), (RequestState.DRAFTED, "done")],
)
def test_a_batch_says_how_it_ended(
    lead: Client, project: Project, photo: Photo, ada: User, state: str, words: str
) -> None:
    batch = batch_of(photo, ada)
    batch.requests.update(state=state, reason="")
    DraftBatch.objects.update(state=BatchState.DONE)
    for place in (url("batch", project, batch_id=batch.pk), url("batches", project)):
        page = text_of(lead.get(place))
        assert f"</span>{words}</span>" in page
        assert ("ended, some failed" in page) == (state == RequestState.FAILED)


def test_a_batch_is_steered_from_its_page(
    lead: Client, project: Project, photo: Photo, ada: User
) -> None:
    batch = batch_of(photo, ada)
    for move, state in (("pause", "paused"), ("resume", "open"), ("cancel", "cancelled")):
        lead.post(url(f"{move}-batch", project, batch_id=batch.pk))
        batch.refresh_from_db()
        assert batch.state == state
    assert lead.post(url("resume-batch", project, batch_id=batch.pk)).status_code == 409


@pytest.mark.parametrize("name", ["batch-again", "request-again"])
def test_trouble_is_drafted_again_in_one_click(
    lead: Client, project: Project, photo: Photo, ada: User, name: str
) -> None:
    batch = batch_of(photo, ada)
    batch.requests.update(state=RequestState.FAILED, reason="gone")
    DraftBatch.objects.update(state=BatchState.DONE)
    parts = {"batch_id": batch.pk}
    if name == "request-again":
        parts["request_id"] = batch.requests.get().pk
    assert lead.post(url(name, project, **parts)).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.requests.get().state) == (BatchState.OPEN, RequestState.WAITING)


def test_a_budget_is_changed_from_the_page(
    lead: Client, project: Project, photo: Photo, ada: User
) -> None:
    batch = batch_of(photo, ada)
    lead.post(url("batch-budget", project, batch_id=batch.pk), {"budget_usd": "2.50"})
    batch.refresh_from_db()
    assert batch.budget_usd == Decimal("2.50")
    bad = lead.post(url("batch-budget", project, batch_id=batch.pk), {"budget_usd": "much"})
    assert bad.status_code == 400


def test_a_source_is_added_by_its_backends_form(lead: Client, project: Project) -> None:
    form = {"name": "Lab", "location": "https://models.example.org/v1", "model": "m-7b",
            "temperature": "0.2", "parallel": "4", "response_format": "none"}  # fmt: skip
    response = lead.post(url("new-source", project) + "?backend=openai", form)
    assert response.status_code == 302
    source = DraftSource.objects.get()
    assert source.parameters == {"temperature": 0.2, "parallel": 4, "response_format": "none"}
    assert "m-7b" in text_of(lead.get(url("sources", project)))


def test_a_key_typed_by_mistake_is_not_stored(lead: Client, project: Project) -> None:
    form = {"name": "Lab", "location": "https://models.example.org/v1", "model": "m",
            "credential": "sk-live-123"}  # fmt: skip
    response = lead.post(url("new-source", project) + "?backend=openai", form)
    assert response.status_code == 400
    assert "REFRAME_KEY_" in response.context["form"].errors["credential"][0]
    assert not DraftSource.objects.exists()


@pytest.mark.parametrize("backend", ["rules", "openai", "transformers"])
def test_every_offered_backend_has_a_form(lead: Client, project: Project, backend: str) -> None:
    assert lead.get(url("new-source", project) + f"?backend={backend}").status_code == 200


@pytest.mark.parametrize("backend", ["replay", "telepathy"])
def test_other_backends_have_none(lead: Client, project: Project, backend: str) -> None:
    assert lead.get(url("new-source", project) + f"?backend={backend}").status_code == 400


def test_defaults_fill_the_form_of_a_new_batch(lead: Client, project: Project, ada: User) -> None:
    rules = rules_source(project=project, by=ada)
    form = {"drafter": rules.pk, "verifier": rules.pk}
    assert lead.post(url("source-defaults", project), form).status_code == 302
    project.refresh_from_db()
    assert default_sources(project) == (rules, rules)
    assert f'value="{rules.pk}" selected' in text_of(lead.get(url("new-batch", project)))


def test_a_retired_source_is_offered_no_more(lead: Client, project: Project, ada: User) -> None:
    rules = rules_source(project=project, by=ada)
    lead.post(url("retire-source", project, source_id=rules.pk))
    assert "Retired" in text_of(lead.get(url("sources", project)))
    assert f'<option value="{rules.pk}"' not in text_of(lead.get(url("new-batch", project)))


def test_experts_see_nothing_of_it(ben: User, project: Project, photo: Photo) -> None:
    draft = make_draft(photo, DraftKind.GUIDANCE, GUIDANCE)
    response = signed_in(ben).get(url("draft", project, draft_id=draft.pk))
    assert response.status_code == 403
    assert "secret-model-9" not in text_of(response)
