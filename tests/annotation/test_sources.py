"""Draft sources: what may be one, which are the project's defaults, what retiring does."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from accounts.models import Project, User
from annotation.models import DraftSource
from annotation.selectors.draft_sources import default_sources, place_of
from annotation.services.drafting import check_budget
from annotation.services.sources import (
    retire_source,
    rules_source,
    set_default_sources,
    set_source,
)
from core.errors import Conflict, InvalidInput, ReframeError
from core.models import AuditEntry

pytestmark = pytest.mark.django_db
ADDRESS = "https://models.example.org/v1"


def endpoint(project: Project, by: User, name: str = "Lab", **fields: Any) -> DraftSource:
    told: dict[str, Any] = {"location": ADDRESS, "model": "m-7b", **fields}
    return set_source(project=project, name=name, backend="openai", by=by, **told)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"name": "two\u202elines"}, "name"),
        ({"model": ""}, "model"),
        ({"location": "http://127.0.0.1:8000/v1"}, "location"),
        ({"location": "http://169.254.169.254/v1"}, "location"),
        ({"location": "file:///etc/passwd"}, "location"),
        ({"credential": "sk-12345"}, "credential"),
        ({"credential": "SECRET_KEY"}, "credential"),
        ({"parameters": {"temperature": 9}}, "parameters.temperature"),
        ({"parameters": {"api_key": "x"}}, "parameters.api_key"),
        ({"parameters": {"box_format": "feet"}}, "parameters.box_format"),
        ({"share": 2.0}, "share"),
    ],
)
def test_what_cannot_work_is_refused_with_its_field(
    project: Project, ada: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ReframeError) as caught:
        endpoint(project, ada, **{"name": "Lab", **fields})
    assert caught.value.field == field
    assert not DraftSource.objects.exists()


def test_an_unknown_backend_is_refused(project: Project, ada: User) -> None:
    with pytest.raises(InvalidInput, match="no backend"):
        set_source(project=project, name="X", backend="telepathy", by=ada)


@pytest.mark.parametrize("place", ["/etc", "../secrets", "a/../../..", "/proc/self"])
@pytest.mark.parametrize("backend", ["transformers", "replay"])
def test_only_models_of_this_installation_can_be_opened(
    project: Project, ada: User, backend: str, place: str
) -> None:
    with pytest.raises(InvalidInput, match="below the models' folder"):
        set_source(project=project, name="X", backend=backend, location=place, by=ada)


def test_a_folder_of_a_run_needs_a_promotion(project: Project, ada: User) -> None:
    place = str(Path(django_settings.RUNS_DIR) / "run-1")
    with pytest.raises(InvalidInput, match="below the models' folder"):
        set_source(project=project, name="X", backend="transformers", location=place, by=ada)


def test_a_server_folder_is_shown_by_its_place_below_ours(project: Project) -> None:
    inside = str(Path(django_settings.RUNS_DIR) / "run-1" / "final")
    assert place_of(DraftSource(backend="transformers", location=inside)) == "run-1/final"
    assert place_of(DraftSource(backend="openai", location=ADDRESS)) == ADDRESS


def test_the_same_again_is_the_same_source(project: Project, ada: User) -> None:
    source = endpoint(project, ada)
    retire_source(source=source, by=ada)
    again = endpoint(project, ada)
    assert (again.pk, again.is_active) == (source.pk, True)


def test_other_settings_need_another_name(project: Project, ada: User) -> None:
    endpoint(project, ada)
    with pytest.raises(Conflict, match="Choose a new name"):
        endpoint(project, ada, model="m-70b")


def test_defaults_are_kept_and_audited(project: Project, ada: User) -> None:
    source, rules = endpoint(project, ada), rules_source(project=project, by=ada)
    project = set_default_sources(project=project, drafter=source, verifier=rules, by=ada)
    assert default_sources(project) == (source, rules)
    entry = AuditEntry.objects.get(verb="source.defaults")
    assert entry.detail == {"drafter": source.pk, "verifier": rules.pk}


def test_a_model_is_no_default_verifier_of_itself(project: Project, ada: User) -> None:
    source = endpoint(project, ada)
    with pytest.raises(InvalidInput, match="another model"):
        set_default_sources(project=project, drafter=source, verifier=source, by=ada)


def test_a_source_of_another_project_is_no_default(
    project: Project, other_project: Project, ada: User
) -> None:
    theirs = endpoint(other_project, ada)
    with pytest.raises(InvalidInput, match="of this project"):
        set_default_sources(project=project, drafter=theirs, verifier=None, by=ada)


def test_a_retired_source_is_no_default_any_more(project: Project, ada: User) -> None:
    source = endpoint(project, ada)
    Project.objects.filter(pk=project.pk).update(settings={"guideline": 1})
    set_default_sources(project=project, drafter=source, verifier=None, by=ada)
    retire_source(source=source, by=ada)
    project.refresh_from_db()
    assert default_sources(project) == (None, None)
    assert project.settings["guideline"] == 1


def test_rules_are_one_source_however_often_they_are_asked_for(project: Project, ada: User) -> None:
    assert rules_source(project=project, by=ada) == rules_source(project=project, by=ada)


def test_a_budget_is_kept_only_where_prices_are_known(project: Project, ada: User) -> None:
    rules = rules_source(project=project, by=ada)
    priced = endpoint(project, ada, "Priced", parameters={"price_in": 1, "price_out": 2})
    assert check_budget(Decimal(5), priced, rules) == 5
    with pytest.raises(InvalidInput, match="not known"):
        check_budget(Decimal(5), priced, endpoint(project, ada, "Free?"))
    with pytest.raises(InvalidInput, match="above 0"):
        check_budget(Decimal(0), priced, rules)
