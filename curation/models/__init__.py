"""Rows of curation: scores, benchmarks, datasets, exports."""

from curation.models.agreement import Agreement
from curation.models.benchmark import Benchmark, BenchmarkPhoto, BenchmarkVersion, Reference
from curation.models.dataset import (
    USUAL_KINDS,
    Dataset,
    DatasetVersion,
    Sample,
    SampleKind,
    Split,
    VersionState,
)
from curation.models.export import Export, ExportState
from curation.models.habits import RaterFigures, ScaleFit
from curation.models.imported import (
    AnnotationImport,
    AnnotationImportState,
    BoxRole,
    ImportedPair,
    ImportedRater,
    ImportedRating,
    ImportFault,
    SourceBox,
    SourcePhoto,
    SourceQuestion,
)
from curation.models.pairs import PairFigures
from curation.models.protocol import ProtocolReport
from curation.models.score import Score, ScoreKind

__all__ = [
    "USUAL_KINDS",
    "Agreement",
    "AnnotationImport",
    "AnnotationImportState",
    "Benchmark",
    "BenchmarkPhoto",
    "BenchmarkVersion",
    "BoxRole",
    "Dataset",
    "DatasetVersion",
    "Export",
    "ExportState",
    "ImportFault",
    "ImportedPair",
    "ImportedRater",
    "ImportedRating",
    "PairFigures",
    "ProtocolReport",
    "RaterFigures",
    "Reference",
    "Sample",
    "SampleKind",
    "ScaleFit",
    "Score",
    "ScoreKind",
    "SourceBox",
    "SourcePhoto",
    "SourceQuestion",
    "Split",
    "VersionState",
]
