"""``manage.py build_tiny_model PATH``: a tiny vision-language model that two cores can train."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import ReframeError


class Command(BaseCommand):
    """Writes a model folder with random weights; it has learnt nothing yet."""

    help = "Build a tiny vision-language model with random weights, to try the whole loop with."
    # Nothing in the database is read.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        from inference.models.tiny import families

        parser.add_argument("path", type=Path, help="a new or empty folder, best below MODELS_DIR")
        parser.add_argument("--family", choices=families(), default="idefics3", help="architecture")
        parser.add_argument(
            "--preset", choices=["learner", "smoke"], default="learner",
            help="learner: a million weights, learns; smoke: smaller, only runs through",
        )  # fmt: skip
        parser.add_argument("--seed", type=int, default=0, help="same seed, same weights")

    def handle(self, *_args: Any, **told: Any) -> None:
        from inference.models.tiny import build_tiny_model

        try:
            built = build_tiny_model(told["path"], told["family"], told["preset"], told["seed"])
        except ReframeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{built.path}: {built.family}, {built.preset}, {built.parameters:,} weights."
        )
