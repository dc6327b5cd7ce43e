"""``manage.py create_admin``: the first person of an installation. There is no default password."""

from __future__ import annotations

import getpass
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services.people import create_administrator
from core.errors import ReframeError


class Command(BaseCommand):
    """Asks, or takes ADMIN_EMAIL, ADMIN_NAME and ADMIN_PASSWORD from the environment."""

    help = "Make an administrator, who makes projects and invites their first people."

    def add_arguments(self, parser: CommandParser) -> None:
        """The password is never an argument: others on the machine could read it."""
        parser.add_argument("--email", default=os.environ.get("ADMIN_EMAIL", ""))
        parser.add_argument("--name", default=os.environ.get("ADMIN_NAME", ""))

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account or say what is wrong."""
        email = options["email"] or self._ask("E-mail address: ")
        name = options["name"] or self._ask("Name: ")
        password = os.environ.get("ADMIN_PASSWORD") or self._ask_password()
        try:
            person = create_administrator(email=email, name=name, password=password)
        except ReframeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{person.email} is administrator.")

    def _ask(self, question: str) -> str:
        self._need_a_terminal()
        return input(question)

    def _ask_password(self) -> str:
        self._need_a_terminal()
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ; nothing was made.")
        return password

    def _need_a_terminal(self) -> None:
        if not os.isatty(0):
            words = "Set ADMIN_EMAIL, ADMIN_NAME and ADMIN_PASSWORD, or run this in a terminal."
            raise CommandError(words)
