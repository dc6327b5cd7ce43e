"""``manage.py load_demo``: make the demo project by going once through the whole loop.

Needs running workers (`manage.py up` runs it by itself on first use). Broken off, it goes on where
it was.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import ReframeError
from workers.demo import cast, more, panel, run, story


class Command(BaseCommand):
    """Prints one line per step."""

    help = "Load the demo project; needs running workers."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """The sign-ins come first, so that one can look while the rest is made."""
        try:
            self.tell()
        except ReframeError as error:
            raise CommandError(str(error)) from error

    def tell(self) -> None:
        """The whole story."""
        project = cast.make_cast()
        names = set(panel.names_by_title().values()) - set(story.NEXT)
        self.say(f"importing {len(names)} photos")
        story.import_photos(project, names=names)
        self.say("drafting guidance and crops by rules")
        story.draft_unread(project)
        story.comment(project)
        story.hold_out(project)
        story.draft(project)
        self.say("three invented experts answer")
        story.hand_out(project)
        story.disagree(project)
        story.leave_open(project)
        self.say("freezing a dataset version and exporting it")
        story.freeze(project)
        self.say("opening the other kinds of work")
        more.open_more(project)
        self.say("training a tiny model; this takes a few minutes in the background")
        trained = run.train(project)
        model = run.evaluate(project, trained)
        if model is None:
            self.say(f"the tiny run ended as {trained.get_state_display()}: {trained.error}")
            return
        run.draft_next(project, model)
        run.hold_arena(project)
        self.say("complete: open the demo project and follow a photo's trail")

    def say(self, words: str) -> None:
        """One line, at once."""
        self.stdout.write(f"Demo: {words}")
        self.stdout.flush()
