"""Models by their folder: only below the models' root, only safetensors, no code of their own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from accounts.models import Project, User
from core.errors import Conflict, InvalidInput
from training.models import Model
from training.services.registering import register_base

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_trainer_left")]


@pytest.fixture
def root(lab: Path) -> Path:
    """The models' root with a good model in it."""
    folder = Path(settings.MODELS_DIR)
    shutil.copytree(lab / "model", folder / "good")
    return folder


def refused(project: Project, folder: str) -> str:
    """Why this folder is no model; no row is left."""
    with pytest.raises(InvalidInput) as raised:
        register_base(project=project, name="x", folder=folder, by=None)
    assert raised.value.field == "folder"
    assert not Model.objects.exists()
    return raised.value.message


def test_a_folder_becomes_a_model_once(project: Project, rui: User, root: Path) -> None:
    model = register_base(project=project, name=" Tiny ", folder="good/", by=rui)
    assert (model.name, model.folder, model.family) == ("Tiny", "good", "idefics3")
    assert len(model.revision) == 64
    assert register_base(project=project, name="Tiny", folder="good", by=rui) == model


def test_a_name_is_one_model(project: Project, rui: User, root: Path) -> None:
    register_base(project=project, name="Tiny", folder="good", by=rui)
    (root / "good" / "README.md").write_text("changed")
    with pytest.raises(Conflict, match="called 'Tiny'") as raised:
        register_base(project=project, name="Tiny", folder="good", by=rui)
    assert raised.value.field == "name"


@pytest.mark.parametrize("folder", ["../good", "/etc", ".", "", "good/../..", "a\0b", "x" * 5000])
def test_a_folder_outside_the_root_is_refused(project: Project, root: Path, folder: str) -> None:
    assert refused(project, folder)


def test_a_link_that_leads_out_is_refused(project: Project, root: Path, lab: Path) -> None:
    (root / "link").symlink_to(lab / "model")
    assert "does not lie inside" in refused(project, "link")


def test_a_missing_folder_is_named(project: Project, root: Path) -> None:
    assert "no model folder" in refused(project, "nowhere")


def test_pickles_are_refused(project: Project, root: Path) -> None:
    (root / "good" / "pytorch_model.bin").write_bytes(b"\x80\x04N.")
    assert "pytorch_model.bin" in refused(project, "good")
    (root / "good" / "model.safetensors").unlink()
    assert "no weights as safetensors" in refused(project, "good")


def test_code_of_its_own_is_refused(project: Project, root: Path) -> None:
    path = root / "good" / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": {"AutoModel": "x.y"}}))
    assert "own code" in refused(project, "good")


@pytest.mark.parametrize("name", ["", "  ", "n" * 121])
def test_a_model_has_a_name(project: Project, root: Path, name: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        register_base(project=project, name=name, folder="good", by=None)
    assert raised.value.field == "name"
