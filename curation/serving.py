"""Files of exports as HTTP answers, for pages and the API alike; the caller has asked for the right.

Only names that the export lists are known; the type is ours, and browsers may not run what they get.
"""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponseBase

from accounts.models import User
from core import audit
from core.errors import Conflict, NotFound
from curation.models import Export, ExportState
from curation.selectors.exports import listed_file


def file_response(export: Export, name: str, *, by: User) -> HttpResponseBase:
    """A stream of one listed file; `Conflict` while the export is not ready."""
    if export.state != ExportState.READY:
        raise Conflict("This export is not ready, so there is nothing to download.")
    listed = listed_file(export, name)
    try:
        file = default_storage.open(f"{export.folder}/{listed['name']}")
    except FileNotFoundError as error:
        raise NotFound("The file is missing from the storage. Export again.") from error
    project = export.version.dataset.project
    audit.record(
        actor=by, verb="export.download", scope=project.scope, target=f"export/{export.pk}",
        file=name,
    )  # fmt: skip
    shown = f"{project.slug}-export-{export.pk}-{name}".replace("/", "-")
    response = FileResponse(
        file, as_attachment=True, filename=shown, content_type="application/octet-stream"
    )
    response["Content-Length"] = str(listed["bytes"])
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Checksum-Sha256"] = str(listed["sha256"])
    response["Cache-Control"] = "private, no-store"
    return response
