"""Photos and what belongs to them."""

from catalog.models.crop import Crop, CropLabel, CropOrigin
from catalog.models.element import CompositionElement
from catalog.models.intake import ImportedFile, ImportedFileState, PhotoImport
from catalog.models.photo import LikenessGroup, Photo, PhotoState, Rendition
from catalog.models.region import Region
from catalog.models.selection import SavedSelection, SelectedPhoto
from catalog.models.words import Question, RawComment

__all__ = [
    "CompositionElement",
    "Crop",
    "CropLabel",
    "CropOrigin",
    "ImportedFile",
    "ImportedFileState",
    "LikenessGroup",
    "Photo",
    "PhotoImport",
    "PhotoState",
    "Question",
    "RawComment",
    "Region",
    "Rendition",
    "SavedSelection",
    "SelectedPhoto",
]
