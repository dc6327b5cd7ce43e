"""The way from an export to a run that trains on it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import Project, User
from curation.models import Dataset, DatasetVersion, Export, ExportState
from tests.people import signed_in

pytestmark = pytest.mark.django_db


def an_export(project: Project, **fields: object) -> Export:
    dataset, _ = Dataset.objects.get_or_create(project=project, name="Summer")
    version = DatasetVersion.objects.create(
        dataset=dataset, number=dataset.versions.count() + 1, state="frozen", digest="d" * 64
    )
    ready = {"exporter": "trl_jsonl", "state": ExportState.READY, "digest": "e" * 64, "rows": 40}
    return Export.objects.create(version=version, **{**ready, **fields})


def links(client: object, url: str, part: str) -> list[str]:
    page = client.get(url).content.decode()  # type: ignore[attr-defined]
    return [each.replace("&amp;", "&") for each in re.findall(rf'href="([^"]*{part}[^"]*)"', page)]


def test_train_on_it_leads_to_a_form_with_the_export_chosen(project: Project, rui: User) -> None:
    wanted = an_export(project)
    newest = an_export(project)
    client = signed_in(rui)
    (choose,) = links(client, reverse("curation:export", args=[project.slug, wanted.pk]), "export=")
    forms = links(client, choose, "recipe=crop_sft")
    assert forms and all(f"export={wanted.pk}" in each for each in forms)
    page = client.get(forms[0])
    assert page.context["parts"]["export"].value() == wanted.pk
    assert f'value="{wanted.pk}" selected' in page.content.decode()
    bare = client.get(_page(project, "new-run") + "?recipe=crop_sft")
    assert f'value="{newest.pk}" selected' not in bare.content.decode()


def test_who_may_not_train_gets_no_link(project: Project, kim: User) -> None:
    url = reverse("curation:export", args=[project.slug, an_export(project).pk])
    assert not links(signed_in(kim), url, "export=")


def test_an_export_that_cannot_be_trained_on_is_not_found(
    project: Project, other_project: Project, rui: User
) -> None:
    bad = [
        an_export(project, state=ExportState.WRITING), an_export(project, exporter="trl_parquet"),
        an_export(other_project),
    ]  # fmt: skip
    places = [
        _page(project, "choose-recipe") + "?",
        _page(project, "new-run") + "?recipe=crop_sft&",
    ]
    for number in [*(each.pk for each in bad), "x", "-1", "9" * 30, "\u0663"]:
        for place in places:
            assert signed_in(rui).get(f"{place}export={number}").status_code == 404


def _page(project: Project, name: str) -> str:
    return reverse(f"training:{name}", args=[project.slug])
