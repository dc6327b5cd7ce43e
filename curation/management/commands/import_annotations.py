"""``manage.py import_annotations PROJECT FORMAT PLACE...``: the same import as on the page."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.models import Project, User
from catalog.services.buckets import is_bucket
from core.errors import ReframeError
from core.models import Job
from curation.importers import registry
from curation.models import AnnotationImport
from curation.services.annotation_imports import start_annotation_import, subject_of


class Command(BaseCommand):
    """Starts the import; a worker does it."""

    help = "Import annotations made elsewhere: files, archives, or a folder or bucket."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What is imported, in which format, and its options."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("format", help=f"one of {', '.join(registry.names())}")
        parser.add_argument("places", nargs="+", help="files, or one folder, or s3://bucket/folder")
        parser.add_argument("--option", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--title", default="")
        parser.add_argument("--with-photos", action="store_true", help="import the photos, too")
        parser.add_argument("--photos-from", default="", help="a folder, or s3://bucket/folder")
        parser.add_argument("--by", default="", help="e-mail of the person (first administrator)")
        parser.add_argument("--wait", action="store_true", help="stay until it is done")

    def handle(self, *args: Any, **options: Any) -> None:
        """Django's hook."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project {options['project']!r}.")
        try:
            found = _start(project, _person(options["by"]), options)
        except ReframeError as error:
            raise CommandError(str(error)) from error
        address = reverse("curation:annotation-import", args=[project.slug, found.pk])
        self.stdout.write(f"Started; it can be watched at {address}")
        if options["wait"]:
            self._wait(found)

    def _wait(self, found: AnnotationImport) -> None:
        job = Job.objects.get(subject=subject_of(found))
        while not job.has_ended:
            time.sleep(0.5)
            job.refresh_from_db()
        for fault in found.faults.order_by("pk"):
            self.stderr.write(str(fault))
        if job.error:
            raise CommandError(job.error)
        counts = ", ".join(f"{key} {value}" for key, value in job.result.items() if value)
        self.stdout.write(self.style.SUCCESS(counts))


def _person(email: str) -> User:
    people = User.objects.filter(is_active=True)
    wanted = people.filter(email=email.strip().lower()) if email else people.order_by("pk")
    person = wanted.first() if email else wanted.filter(is_administrator=True).first()
    if person is None:
        raise CommandError("There is no such person; name one with --by E-MAIL.")
    return person


def _start(project: Project, by: User, options: dict[str, Any]) -> AnnotationImport:
    named: list[str] = options["places"]
    places = [Path(each) for each in named]
    given = dict(_option(word) for word in options["option"])
    common = {
        "project": project, "importer": options["format"], "options": given, "by": by,
        "title": options["title"], "with_photos": options["with_photos"],
        "photos_from": options["photos_from"],
    }  # fmt: skip
    if len(places) == 1 and (is_bucket(named[0]) or places[0].is_dir()):
        return start_annotation_import(folder=named[0], **common)
    with ExitStack() as stack:
        try:
            opened: list[tuple[str, IO[bytes]]] = [
                (place.name, stack.enter_context(place.open("rb"))) for place in places
            ]
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}.") from error
        return start_annotation_import(files=opened, **common)


def _option(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise CommandError(f"An option is written NAME=VALUE, not {word!r}.")
    return name, value
