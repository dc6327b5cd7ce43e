"""The demo of a fresh installation: loaded once, after the site is up, by ``load_demo``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.management import get_commands

from core.processes import start_child, stop_child
from core.supervisor.programs import ROOT

COMMAND = "load_demo"
# Where the command writes the sign-ins that it made, for a person to read.
ACCOUNTS = "demo-accounts.txt"
BEGUN = "demo.begun"
LOADED = "demo.loaded"


def is_wanted(var: Path) -> bool:
    """Whether the demo must be loaded: on an empty installation, or where loading was broken off,
    unless ``REFRAME_DEMO=0``."""
    if os.environ.get("REFRAME_DEMO") == "0" or COMMAND not in get_commands():
        return False
    if (var / LOADED).exists():
        return False
    return (var / BEGUN).exists() or not get_user_model().objects.exists()


def sign_ins(var: Path) -> str:
    """What a person needs to sign in: the demo's accounts, or how to make the first one."""
    path = var / ACCOUNTS
    if path.is_file():
        return path.read_text().strip()
    if get_user_model().objects.exists():
        return ""
    return (
        f"Nobody can sign in yet. Create the first person: {sys.executable} manage.py create_admin"
    )


def sign_ins_are_written(var: Path) -> bool:
    """Whether the demo has got as far as its accounts."""
    path = var / ACCOUNTS
    return path.is_file() and path.stat().st_size > 0


class Loading:
    """The command as a child: it prints its progress to the terminal and ends by itself."""

    def __init__(self, var: Path, env: dict[str, str], say: Callable[[str], None]) -> None:
        self.var = var
        self.say = say
        (var / BEGUN).touch()
        say("Loading the demo; the site can be used meanwhile ...")
        self.process: subprocess.Popen[bytes] | None = start_child(
            [sys.executable, "manage.py", COMMAND], env={**os.environ, **env}, cwd=ROOT
        )
        self.has_told = False

    def look(self) -> None:
        """Print the sign-ins as soon as they are made, and at the end what went wrong, if it did;
        the next start tries again."""
        if not self.has_told and sign_ins_are_written(self.var):
            self.has_told = True
            self.say(sign_ins(self.var))
        if self.process is None or self.process.poll() is None:
            return
        code, self.process = self.process.returncode, None
        if code == 0:
            (self.var / LOADED).touch()
        else:
            self.say(
                f"The demo could not be loaded ({code}); see above. The next start tries again."
            )

    def stop(self) -> None:
        """Break it off; the next start goes on with it."""
        if self.process is not None:
            stop_child(self.process, grace=5)
