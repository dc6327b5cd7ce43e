"""A project's own wordings: numbered, never edited, seen before they are used, one in use."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Project, User
from annotation.models import DraftKind, Prompt
from annotation.selectors.drafts import wording_of
from annotation.selectors.prompts import before, built_in, made_by, own_wordings
from annotation.services.prompts import (
    add_wording,
    check_about,
    note_preview,
    use_built_in,
    use_wording,
)
from core.errors import Conflict, InvalidInput, NotFound
from core.models import AuditEntry
from tests.annotation.build import GUIDANCE, make_draft
from tests.make import make_crop, make_photo, make_project

pytestmark = pytest.mark.django_db
STEP = "crop.best"


def wording(project: Project, by: User, text: str = "Find it.", **fields: Any) -> Prompt:
    return add_wording(project=project, step=STEP, text=text, by=by, **fields)


def seen(project: Project, by: User, text: str) -> Prompt:
    row = wording(project, by, text)
    note_preview(prompt=row)
    row.refresh_from_db()
    return row


def test_wordings_are_numbered_per_project_and_step(project: Project, ada: User) -> None:
    one, two = wording(project, ada), wording(project, ada, "Find the crop.", note=" better \n now")
    other = wording(make_project(), ada)
    assert [row.number for row in (one, two, other)] == [1, 2, 1]
    assert two.note == "better now" and before(two).name == "crop.best@p1"
    assert before(one) == built_in(STEP)


@pytest.mark.parametrize("text", [built_in(STEP).text, "", "{{ count }} crops"])
def test_a_wording_that_changes_nothing_or_cannot_be_is_refused(
    project: Project, ada: User, text: str
) -> None:
    with pytest.raises(InvalidInput):
        wording(project, ada, text)
    with pytest.raises(NotFound):
        add_wording(project=project, step="crop.worst", text="x", by=ada)
    assert not Prompt.objects.exists()


def test_a_wording_is_seen_before_it_is_used(project: Project, ada: User) -> None:
    row = wording(project, ada)
    with pytest.raises(Conflict, match="Look at this wording"):
        use_wording(prompt=row, by=ada)
    assert own_wordings(project.pk) == {}


def test_one_wording_is_in_use(project: Project, ada: User) -> None:
    one, two = seen(project, ada, "One."), seen(project, ada, "Two.")
    for row in (one, two, two):
        use_wording(prompt=row, by=ada)
        assert own_wordings(project.pk)[STEP].text == row.text
    assert use_built_in(project=project, step=STEP, by=ada) == 1
    assert use_built_in(project=project, step=STEP, by=ada) == 0
    assert own_wordings(project.pk) == {}
    verbs = AuditEntry.objects.filter(verb__startswith="prompt.").values_list("verb", flat=True)
    assert sorted(verbs) == ["prompt.add"] * 2 + ["prompt.built_in"] + ["prompt.use"] * 2


def test_the_database_holds_one_active_wording(project: Project, ada: User) -> None:
    rows = [seen(project, ada, text) for text in ("One.", "Two.")]
    use_wording(prompt=rows[0], by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Prompt.objects.filter(pk=rows[1].pk).update(is_active=True)


def test_a_draft_keeps_its_wording(project: Project, ada: User) -> None:
    row = seen(project, ada, "Mine.")
    draft = make_draft(make_photo(project), DraftKind.GUIDANCE, GUIDANCE)
    draft.prompt_name, draft.prompt_hash = "crop.best@p1", row.hash
    draft.save()
    found = wording_of(draft)
    assert found is not None and found.text == "Mine.\n"
    assert made_by(project, STEP) == {"crop.best@p1": 1}
    draft.prompt_hash = "0" * 64
    unknown = wording_of(draft)
    assert unknown is not None and unknown.text is None


def test_what_is_shown_belongs_together(project: Project, ada: User) -> None:
    row, photo = wording(project, ada), make_photo(project)
    crop = make_crop(make_photo(project))
    with pytest.raises(InvalidInput, match="another photo"):
        check_about(prompt=row, photo=photo, crop=crop, question=None)
    with pytest.raises(InvalidInput, match="of this project"):
        check_about(prompt=row, photo=make_photo(make_project()), crop=None, question=None)
