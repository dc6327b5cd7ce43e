"""``manage.py invite lighthouse ada@example.org lead expert``: an invitation without a browser."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Project, Role, User
from accounts.services.invitations import invite
from core.errors import ReframeError


class Command(BaseCommand):
    """Prints the link, and mails it where a mail server is set up."""

    help = "Invite somebody into a project."

    def add_arguments(self, parser: CommandParser) -> None:
        """Project, address, roles, and in whose name."""
        parser.add_argument("project", help="the project's address, such as lighthouse")
        parser.add_argument("email")
        parser.add_argument("roles", nargs="+", choices=[role.value for role in Role])
        parser.add_argument("--by", required=True, help="e-mail of the curator who invites")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite or say what is wrong."""
        project = Project.objects.filter(slug=options["project"]).first()
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if project is None or by is None:
            missing = "project" if project is None else "active person behind --by"
            raise CommandError(f"There is no such {missing}.")
        try:
            sent = invite(project=project, email=options["email"], roles=options["roles"], by=by)
        except ReframeError as error:
            raise CommandError(str(error)) from error
        how = "It was mailed too." if sent.was_mailed else "No mail was sent; hand it over."
        self.stdout.write(f"{sent.link}\n{how} It works once, for 7 days.")
