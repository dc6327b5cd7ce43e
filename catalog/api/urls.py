from __future__ import annotations

from django.urls import path

from catalog.api import comments, crops, imports, photos

P = "projects/<slug:slug>"

urlpatterns = [
    path(f"{P}/photos/", photos.PhotosView.as_view(), name="photos"),
    path(f"{P}/photos/regroup/", photos.RegroupView.as_view(), name="regroup"),
    path(f"{P}/photos/check-files/", photos.CheckFilesView.as_view(), name="check-files"),
    path(f"{P}/photos/<int:pk>/", photos.OnePhotoView.as_view(), name="photo"),
    path(
        f"{P}/photos/<int:pk>/renditions/<int:size>/",
        photos.PhotoRenditionView.as_view(),
        name="photo-rendition",
    ),
    path(
        f"{P}/photos/<int:pk>/original/", photos.PhotoOriginalView.as_view(), name="photo-original"
    ),
    path(f"{P}/crops/", crops.CropsView.as_view(), name="crops"),
    path(f"{P}/comments/", comments.CommentsView.as_view(), name="comments"),
    path(f"{P}/imports/", imports.ImportsView.as_view(), name="imports"),
    path(f"{P}/imports/archive/", imports.ArchiveView.as_view(), name="import-archive"),
    path(f"{P}/imports/folder/", imports.FolderView.as_view(), name="import-folder"),
    path(f"{P}/imports/<int:pk>/", imports.OneImportView.as_view(), name="import"),
    path(f"{P}/imports/<int:pk>/files/", imports.ImportFilesView.as_view(), name="import-files"),
    path(f"{P}/imports/<int:pk>/close/", imports.CloseImportView.as_view(), name="close-import"),
]
