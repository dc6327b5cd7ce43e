"""What must not stand anywhere in the source: ways round escaping, and ways to run what was sent."""

from __future__ import annotations

import io
import os
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from accounts.models import Project, User
from core.errors import InvalidInput
from tests.test_architecture import relative, sources
from training.services.registering import register_base

ROOT = Path(settings.BASE_DIR)
# One way to write markup: the template engine, which escapes. There is no Markdown anywhere.
UNESCAPED = {
    "*.py": r"mark_safe|SafeString\(|__html__|markdown|bleach|nh3|\.html_safe",
    "*.html": r"\|\s*(safe|safeseq)\b|autoescape off|\{%\s*filter",
    "*.js": r"(inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|createContextualFragment|parseFromString|setTimeout\(\s*[\"'`]",
}
RUNNING = (
    r"^\s*(import|from) (pickle|marshal|shelve|dill|cloudpickle|joblib|yaml)\b|shell=True"
    r"|\bos\.(system|popen)|trust_remote_code=True|weights_only=False|allow_pickle=True|\bexec\("
)
BYPASSING = (
    r"csrf_exempt|AllowAny|authentication_classes = \(\)|\.extra\(|RawSQL|allow_redirects=True"
)


def found(pattern: str, files: list[Path]) -> list[str]:
    wanted = re.compile(pattern, re.MULTILINE)
    return [
        f"{relative(path)}: {hit[0]}" for path in files for hit in wanted.finditer(path.read_text())
    ]


def files(ending: str) -> list[Path]:
    """Ours: the packages, or what lies below templates and static."""
    if ending == "*.py":
        return sources()
    return [each for part in ("templates", "static/js") for each in (ROOT / part).rglob(ending)]


@pytest.mark.parametrize("ending", UNESCAPED)
def test_nothing_writes_markup_past_the_templates(ending: str) -> None:
    assert files(ending)
    assert found(UNESCAPED[ending], files(ending)) == []


def test_mails_are_plain_text() -> None:
    mails = sorted((ROOT / "templates").rglob("mail/*"))
    assert mails and {each.suffix for each in mails} == {".txt"}


def test_nothing_is_run_that_was_sent() -> None:
    assert found(RUNNING, sources()) == []


def test_no_view_steps_out_of_the_checks() -> None:
    assert found(BYPASSING, sources()) == []


class Bomb:
    """Unpickling it makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)

    def __reduce__(self) -> Any:
        return (os.mkdir, (self.path,))


def test_a_worker_reads_json_only(tmp_path: Path) -> None:
    conf = current_app.conf
    assert conf.task_serializer == "json" and set(conf.accept_content) == {"json"}
    message = pickle.dumps(Bomb(tmp_path / "ran"))
    kind = "application/x-python-serialize"
    with pytest.raises(ContentDisallowed):
        loads(message, kind, "binary", accept=conf.accept_content)
    assert not (tmp_path / "ran").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["pytorch_model.bin", "model.pt", "model.pkl", "adapter_model.bin"]
)
def test_a_pickled_model_is_not_taken(
    project: Project, rui: User, tmp_path: Path, settings: Any, name: str
) -> None:
    settings.MODELS_DIR = tmp_path
    folder, bomb = tmp_path / "evil", io.BytesIO(pickle.dumps(Bomb(tmp_path / "ran")))
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "idefics3"}')
    (folder / "model.safetensors").write_bytes(b"\x08" + b"\0" * 7 + b"{}      ")
    (folder / name).write_bytes(bomb.getvalue())
    with pytest.raises(InvalidInput, match="could run code"):
        register_base(project=project, name="Evil", folder="evil", by=rui)
    assert not (tmp_path / "ran").exists()
