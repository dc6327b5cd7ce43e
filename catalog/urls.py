from __future__ import annotations

from django.urls import path

from catalog.views import comments, files, gallery, imports, photo

app_name = "catalog"
P = "p/<slug:slug>/photos"

urlpatterns = [
    path(f"{P}/", gallery.photos, name="photos"),
    path(f"{P}/imports/", imports.imports, name="imports"),
    path(f"{P}/imports/files/", imports.add_file, name="add-file"),
    path(f"{P}/imports/close/", imports.close, name="close-import"),
    path(f"{P}/imports/folder/", imports.folder, name="import-folder"),
    path(f"{P}/imports/<int:pk>/", imports.one_import, name="import"),
    path(f"{P}/check-files/", imports.check_files, name="check-files"),
    path(f"{P}/comments/", comments.comments, name="comments"),
    path(f"{P}/<int:pk>/", photo.photo, name="photo"),
    path(f"{P}/<int:pk>/credit/", photo.credit, name="credit"),
    path("photos/<int:pk>/<int:size>.jpg", files.rendition, name="rendition"),
    path("photos/<int:pk>/original", files.original, name="original"),
]
