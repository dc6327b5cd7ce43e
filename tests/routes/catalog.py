"""Who may enter the addresses of the catalog."""

from __future__ import annotations

from typing import Any

from catalog.services.importing import open_import
from tests.catalog.imports import imported_photo
from tests.make import make_photo
from tests.routes import Row, World, of_project

STUDIO = of_project("lead", "curator", "researcher")
DRAWERS = of_project("lead", "curator")
CURATORS = of_project("curator")


def a_photo(world: World) -> dict[str, Any]:
    return {"pk": make_photo(world.project).pk}


def a_stored_photo(world: World) -> dict[str, Any]:
    return {"pk": imported_photo(world.project, world.people["curator"]).pk}


def a_rendition(world: World) -> dict[str, Any]:
    return {**a_stored_photo(world), "size": 320}


def an_import(world: World) -> dict[str, Any]:
    return {"pk": open_import(project=world.project, way="api", by=world.people["curator"]).pk}


ROWS = [
    Row("catalog:photos", STUDIO),
    Row("catalog:photo", STUDIO, args=a_photo),
    Row("catalog:credit", CURATORS, "POST", a_photo),
    Row("catalog:rendition", STUDIO, args=a_rendition),
    Row("catalog:original", CURATORS, args=a_stored_photo),
    Row("catalog:imports", CURATORS),
    Row("catalog:add-file", CURATORS, "POST"),
    Row("catalog:close-import", CURATORS, "POST"),
    Row("catalog:import-folder", CURATORS, "POST"),
    Row("catalog:import", STUDIO, args=an_import),
    Row("catalog:check-files", CURATORS, "POST"),
    Row("catalog:comments", CURATORS),
    Row("catalog:comments", CURATORS, "POST"),
    Row("api:photos", STUDIO),
    Row("api:photo", STUDIO, args=a_photo),
    Row("api:photo", CURATORS, "PATCH", a_photo),
    Row("api:photo-rendition", STUDIO, args=a_rendition),
    Row("api:photo-original", CURATORS, args=a_stored_photo),
    Row("api:regroup", CURATORS, "POST"),
    Row("api:check-files", CURATORS, "POST"),
    Row("api:crops", STUDIO),
    Row("api:crops", DRAWERS, "POST"),
    Row("api:comments", STUDIO),
    Row("api:comments", CURATORS, "POST"),
    Row("api:imports", STUDIO),
    Row("api:imports", CURATORS, "POST"),
    Row("api:import", STUDIO, args=an_import),
    Row("api:import-files", STUDIO, args=an_import),
    Row("api:import-files", CURATORS, "POST", an_import),
    Row("api:close-import", CURATORS, "POST", an_import),
    Row("api:import-archive", CURATORS, "POST"),
    Row("api:import-folder", CURATORS, "POST"),
]
