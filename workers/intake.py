"""Photos that came in meet the annotations that wait for them."""

from __future__ import annotations

from typing import Any

from catalog.models import PhotoImport
from catalog.services.importing import take_files
from core.jobs import JobRun
from curation.services.attaching import start_attaching


def take_files_and_attach(run: JobRun) -> dict[str, Any]:
    """Handler: settle an import's files, then ask for waiting annotations to be attached."""
    result = take_files(run)
    photo_import = PhotoImport.objects.select_related("project").get(pk=run.params["import"])
    start_attaching(project=photo_import.project)
    return result
