"""``manage.py import_photos PROJECT FOLDER_OR_ARCHIVE_OR_BUCKET``: the same import as on the page."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import Project, User
from catalog.services.buckets import is_bucket
from catalog.services.importing import import_archive, import_folder
from core.errors import ReframeError
from core.models import Job


class Command(BaseCommand):
    """Starts the import; a worker does it."""

    help = (
        "Import the photos of a folder (below IMPORT_ROOTS), of s3://bucket/folder (below "
        "IMPORT_BUCKETS) or of a zip or tar archive."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is imported, where to, and the credit of photos without their own."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("place", help="a folder, s3://bucket/folder, or a .zip or .tar file")
        parser.add_argument("--by", default="", help="e-mail of the person (first administrator)")
        parser.add_argument("--wait", action="store_true", help="stay until it is done")
        for name in ("author", "licence", "source"):
            parser.add_argument(f"--{name}", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Django's hook."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        try:
            job = _start(project, _person(options["by"]), options)
        except ReframeError as error:
            raise CommandError(str(error)) from error
        address = reverse("catalog:import", args=[project.slug, job.params["import"]])
        self.stdout.write(f"Started; it can be watched at {address}")
        if options["wait"]:
            self._wait(job)

    def _wait(self, job: Job) -> None:
        while not job.has_ended:
            time.sleep(0.5)
            job.refresh_from_db()
            self.stdout.write(f"\r{job.done} of {job.total or '?'} files", ending="")
        self.stdout.write("")
        if job.error:
            raise CommandError(job.error)
        counts = ", ".join(f"{count} {state}" for state, count in job.result.items())
        self.stdout.write(self.style.SUCCESS(counts or job.get_state_display()))


def _person(email: str) -> User:
    people = User.objects.filter(is_active=True)
    wanted = people.filter(email=email.strip().lower()) if email else people.order_by("pk")
    person = wanted.first() if email else wanted.filter(is_administrator=True).first()
    if person is None:
        raise CommandError("There is no such person; name one with --by E-MAIL.")
    return person


def _start(project: Project, by: User, options: dict[str, Any]) -> Job:
    defaults = {name: options[name] for name in ("author", "licence", "source")}
    place = Path(options["place"])
    if is_bucket(options["place"]):
        place_in_bucket: str = options["place"]
        return import_folder(project=project, folder=place_in_bucket, by=by, defaults=defaults)
    if place.is_dir():
        return import_folder(project=project, folder=place, by=by, defaults=defaults)
    try:
        with place.open("rb") as stream:
            return import_archive(
                project=project, stream=stream, name=place.name, by=by, defaults=defaults
            )
    except OSError as error:
        raise CommandError(f"{place} cannot be read: {error.strerror}.") from error
