"""``manage.py end_runs``: stop every trainer of this machine, for shutting the program down."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from training.engines.local import end_all


class Command(BaseCommand):
    """Trainers outlive the workers that started them, so somebody must end them at the very end."""

    help = "Let every running trainer save a checkpoint and end; the runs go on at the next start."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--grace", type=float, default=20.0, help="seconds until what is left is killed"
        )

    def handle(self, *_args: Any, **told: Any) -> None:
        ended = end_all(settings.RUNS_DIR, grace_s=told["grace"])
        if ended or told["verbosity"]:
            self.stdout.write(
                f"Ended {ended} running trainers; their runs go on at the next start."
            )
