from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from pytest_django.fixtures import Settings

from core import checks


def found_ids() -> set[str]:
    return {str(message.id) for message in run_checks() if str(message.id).startswith("core.")}


def test_test_settings_are_clean() -> None:
    assert found_ids() == set()


@pytest.mark.parametrize(
    "key",
    ["", "short", "a" * 64, "django-insecure-0123456789abcdefghijklmnopqrstuvwxyz-0123456789"],
)
def test_a_weak_key_is_refused(settings: Settings, key: str) -> None:
    settings.SECRET_KEY = key
    assert found_ids() == {"core.E001"}
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        checks.refuse_bad_settings()


def test_a_media_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("")
    storage = FileSystemStorage(location=tmp_path / "media")
    with patch("core.checks.default_storage", storage):
        assert found_ids() == {"core.E002"}


def test_any_host_is_refused(settings: Settings) -> None:
    settings.HTTPS = True
    settings.ALLOWED_HOSTS = ["*"]
    assert found_ids() == {"core.E003"}


def test_debug_in_public_is_refused(settings: Settings) -> None:
    settings.HTTPS = settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["photos.org"]
    assert found_ids() == {"core.E004"}


def test_plain_http_in_public_is_warned_about(settings: Settings) -> None:
    settings.HTTPS = False
    settings.ALLOWED_HOSTS = ["photos.org"]
    assert found_ids() == {"core.W005"}
    checks.refuse_bad_settings()
