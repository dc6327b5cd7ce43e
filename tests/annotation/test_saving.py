"""Working copies."""

from __future__ import annotations

import pytest

from accounts.models import Project, User
from annotation.models import Assignment, WorkingCopy
from annotation.services.saving import save_working_copy, working_copy_of
from core.errors import Conflict, InvalidInput, TooLarge
from tests.annotation.build import answered, claimed, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(project: Project, ben: User) -> Assignment:
    """Ben's assignment."""
    return claimed(make_campaign(project), ben)


def test_versions_count_up(held: Assignment, ben: User) -> None:
    for version in range(3):
        content = {"score": version}
        saved = save_working_copy(assignment=held, person=ben, content=content, version=version)
        assert saved == version + 1
    copy = working_copy_of(held, ben)
    assert copy is not None and copy.content == {"score": 2} and copy.version == 3


@pytest.mark.parametrize("version", [0, 7])
def test_another_windows_version_comes_back(held: Assignment, ben: User, version: int) -> None:
    save_working_copy(assignment=held, person=ben, content={"score": 1}, version=0)
    with pytest.raises(Conflict) as caught:
        save_working_copy(assignment=held, person=ben, content={"score": 2}, version=version)
    assert caught.value.detail == {"theirs": {"score": 1}, "version": 1}


def test_others_have_their_own(held: Assignment, ben: User, eve: User) -> None:
    save_working_copy(assignment=held, person=ben, content={"score": 1}, version=0)
    assert working_copy_of(held, eve) is None


def test_the_answer_takes_its_place(held: Assignment, ben: User) -> None:
    save_working_copy(assignment=held, person=ben, content={"score": 1}, version=0)
    answered(held)
    assert not WorkingCopy.objects.exists()


def test_what_cannot_be_kept(held: Assignment, ben: User) -> None:
    with pytest.raises(InvalidInput):
        save_working_copy(assignment=held, person=ben, content=["score"], version=0)
    with pytest.raises(TooLarge):
        content = {"text": "x" * 300_000}
        save_working_copy(assignment=held, person=ben, content=content, version=0)
    assert not WorkingCopy.objects.exists()
