"""The bucket that ``STORAGE_URL`` names; beside `core.storage`, so that folders load no SDK."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from core.errors import Unavailable

ASK = (
    "Nothing was changed. Try again in a minute; if it stays so, whoever runs this installation "
    "should check STORAGE_URL and the keys."
)


class BucketStorage(S3Storage):
    """An S3-compatible bucket whose failures are said in our words, as `Unavailable`.

    Opening a file fetches it, so that a page that streams it has not begun when the store fails.
    """

    def _open(self, name: str, mode: str = "rb") -> Any:
        with _in_words():
            file = super()._open(name, mode)
            return file.open() if "r" in mode else file

    def _save(self, name: str, content: IO[Any]) -> str:
        with _in_words():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        """As Django's; an object that is not there is no error."""
        with _in_words():
            super().delete(name)

    def exists(self, name: str) -> bool:
        """As Django's."""
        with _in_words():
            return bool(super().exists(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """As Django's: folders and files."""
        with _in_words():
            folders, files = super().listdir(path)
            return folders, files

    def get_modified_time(self, name: str) -> datetime:
        """As Django's."""
        with _in_words():
            found: datetime = super().get_modified_time(name)
            return found


@contextmanager
def _in_words() -> Iterator[None]:
    # What the store itself says may name keys and addresses: it goes to the log, by the cause.
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))[:60]
        raise Unavailable(f"The file storage refuses this ({code}). {ASK}") from error
    except (BotoCoreError, Boto3Error) as error:
        raise Unavailable(f"The file storage does not answer. {ASK}") from error
