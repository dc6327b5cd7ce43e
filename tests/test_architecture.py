"""The walls of the house, where import-linter cannot see them."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
BESIDE_THE_CHAIN = {"tests", "bench"}
MOST_LINES = 400
HEAVY = {"torch", "transformers", "trl", "peft", "datasets", "pyarrow", "playwright"}


@cache
def chain() -> tuple[str, ...]:
    """The packages named by the import contracts."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return tuple(settings["tool"]["importlinter"]["root_packages"])


def sources() -> list[Path]:
    files = [path for package in chain() for path in (ROOT / package).rglob("*.py")]
    return [path for path in files if "migrations" not in path.parts]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_package_stands_in_the_chain() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - BESIDE_THE_CHAIN == set(chain())


def test_the_web_side_loads_nothing_heavy() -> None:
    code = (
        "import django, sys; django.setup(); import config.urls, config.api; "
        f"print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_workers_load_nothing_heavy() -> None:
    code = (
        "import django, sys; django.setup(); import workers.tasks; "
        "print(sorted({'torch', 'transformers', 'trl', 'peft'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_no_source_file_is_long() -> None:
    lengths = {relative(path): len(path.read_text().splitlines()) for path in sources()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_every_module_says_what_it_is_for() -> None:
    exempt = re.compile(r"urls\.py$|/management/")
    silent = [
        relative(path)
        for path in sources()
        if not exempt.search(relative(path)) and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_suppressions_are_rare_and_explained() -> None:
    lines = [line for path in sources() for line in path.read_text().splitlines()]
    bare = [line for line in lines if re.search(r"# (noqa(?!: [A-Z])|type: ignore(?!\[))", line)]
    assert bare == []


def test_nobody_swallows_every_exception() -> None:
    broad = re.compile(r"except (Exception|BaseException)\b|except:")
    found = [relative(path) for path in sources() if broad.search(path.read_text())]
    assert set(found) <= {"workers/tasks.py"}


def test_no_vague_module_names() -> None:
    vague = {"utils.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert [relative(path) for path in sources() if path.name in vague] == []


@pytest.mark.parametrize("path", templates(), ids=relative)
def test_templates_carry_no_inline_code(path: Path) -> None:
    text = path.read_text()
    assert not re.search(
        r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE
    )
    for opening in re.findall(r"<script\b[^>]*>", text, re.IGNORECASE):
        assert "src=" in opening or 'type="application/json"' in opening, opening


def plugin_packages() -> list[Path]:
    inits = [path for path in sources() if path.name == "__init__.py"]
    return [path.parent for path in inits if "= Registry(__name__" in path.read_text()]


@pytest.mark.parametrize("folder", plugin_packages(), ids=relative)
def test_plugin_files_never_import_each_other(folder: Path) -> None:
    names = {path.stem for path in folder.glob("[!_]*.py")}
    package = ".".join(folder.relative_to(ROOT).parts)
    for path in folder.glob("[!_]*.py"):
        found = re.findall(rf"{re.escape(package)}(?:\.| import )(\w+)", path.read_text())
        assert not (set(found) & names - {path.stem}), relative(path)


def test_migrations_have_names() -> None:
    unnamed = re.compile(r"_auto_\d{8}|_(alter|add|remove)_\w+_and_more")
    files = [path for package in chain() for path in (ROOT / package).glob("migrations/0*.py")]
    assert [relative(path) for path in files if unnamed.search(path.name)] == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
