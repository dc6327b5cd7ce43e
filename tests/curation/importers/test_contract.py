"""What every importer owes, run over the registry: a new format is tested without a new test."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.models import Project, User
from curation.importers import Fault, Files, Importer, Record, _streams, registry
from curation.models import SourcePhoto
from tests.curation.importers.build import faults, imported, read, started, worked_off

PLUGINS = [pytest.param(each, id=each.name) for each in registry]
HUGE = 10 * 1024**3


@pytest.mark.parametrize("plugin", PLUGINS)
def test_its_example_can_be_read_and_always_says_the_same(
    plugin: type[Importer], tmp_path: Path
) -> None:
    first, second = (
        read(plugin.name, plugin.example, tmp_path, plugin.example_options) for _ in range(2)
    )
    assert first and first == second
    assert all(isinstance(each, Record) and each.photo and each.line for each in first)
    for name in plugin.example:
        assert name.endswith(plugin.endings)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_it_says_what_it_is(plugin: type[Importer]) -> None:
    assert plugin.title and plugin.description.endswith(".") and plugin.files
    assert plugin.options_model.model_validate({}).model_dump()


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.django_db
def test_its_example_comes_in_once(plugin: type[Importer], project: Project, kim: User) -> None:
    found = imported(project, kim, plugin.name, plugin.example, **plugin.example_options)
    count = SourcePhoto.objects.count()
    assert found.counts["photos"] == count > 0 and not found.faults.exists()
    again = worked_off(started(project, kim, plugin.name, plugin.example, **plugin.example_options))
    assert (again.state, SourcePhoto.objects.count()) == ("known", count)


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.django_db
def test_absent_photos_can_be_refused(plugin: type[Importer], project: Project, kim: User) -> None:
    found = worked_off(started(project, kim, plugin.name, plugin.example, absent="refuse"))
    assert found.state == "refused" and not SourcePhoto.objects.exists()
    line, words = faults(found)[0]
    assert line > 0 and "no photo called" in words


def broken(plugin: type[Importer], content: bytes, room: Path) -> list[Record | Fault]:
    name = next(iter(plugin.example))
    return read(plugin.name, {name: content}, room, plugin.example_options)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_wrong_encoding_is_refused_with_its_line(plugin: type[Importer], tmp_path: Path) -> None:
    text = next(iter(plugin.example.values())).rstrip("\n").encode()
    found = broken(plugin, text.replace(b"pier", b"pi\xe9r").replace(b"2", b"\xe92", 1), tmp_path)
    fault = next(each for each in found if isinstance(each, Fault))
    assert fault.line > 0 and "UTF-8" in fault.message


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_line_of_ten_gigabytes_is_refused_early(
    plugin: type[Importer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "MAX_ENTRY", 1024**2)  # the real limit only takes longer
    name = next(iter(plugin.example))
    path = tmp_path / "huge"
    with path.open("wb") as file:  # sparse: it takes no room on the disk
        file.write(b'[{"a": "' if name.endswith(".json") else b"photo" * 100)
        file.truncate(HUGE)
    options = plugin.options_model.model_validate(dict(plugin.example_options))
    found = list(plugin(Files({name: path}), options).records())
    (fault,) = found
    assert isinstance(fault, Fault) and fault.line == 1 and "longer than" in fault.message


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("content", [b"", b"{", b"\x00\x01", b"[1, 2]", b'{"a": 1}', b"a,b\n1,2\n"])
def test_nonsense_is_a_fault_and_never_a_crash(
    plugin: type[Importer], content: bytes, tmp_path: Path
) -> None:
    assert all(isinstance(each, Fault) for each in broken(plugin, content, tmp_path))
