"""``manage.py up``: the whole site in one command, until Ctrl-C.

Starts the embedded services (unless DATABASE_URL and BROKER_URL name others), migrates, serves,
works, and loads the demo on first use. HOST and PORT say where, VAR_DIR where the data lies.
"""

from __future__ import annotations

import contextlib
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import ReframeError
from core.supervisor.site import Place, run


class Command(BaseCommand):
    """Reads where to serve, and prints what happens."""

    help = "Run the whole site: services, web, workers and the clock. Ctrl-C stops everything."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Both default to the environment, so that `PORT=9000 make up` works."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "8000"))

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Run until stopped; what a person can mend ends with exit code 1 and a sentence."""
        try:
            run(Place(host=host, port=port, var=Path(settings.VAR_DIR)), self.say)
        except ReframeError as error:
            raise CommandError(str(error)) from error

    def say(self, words: str) -> None:
        """Print a line; a terminal that has gone away is no reason to fail."""
        with contextlib.suppress(OSError):
            self.stdout.write(words)
            self.stdout.flush()
