"""``manage.py make_bucket``: make the bucket of STORAGE_URL if it is not there yet."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from storages.backends.s3 import S3Storage


class Command(BaseCommand):
    """Does nothing where files go into a folder."""

    help = "Make the bucket that STORAGE_URL names, if it is missing."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask first, make second; a store that does not answer is named."""
        storage = default_storage
        if not isinstance(storage, S3Storage):
            self.stdout.write("Files go into a folder; no bucket is needed.")
            return
        try:
            self._make(storage)
        except (BotoCoreError, ClientError) as error:
            raise CommandError(
                f"The bucket {storage.bucket_name} cannot be made: {error}"
            ) from error
        self.stdout.write(f"The bucket {storage.bucket_name} is there.")

    def _make(self, storage: S3Storage) -> None:
        client = storage.connection.meta.client
        try:
            client.head_bucket(Bucket=storage.bucket_name)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise
            storage.bucket.create()
