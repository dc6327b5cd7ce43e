"""Rows of curation: scores, benchmarks, datasets, exports."""

from curation.models.agreement import Agreement
from curation.models.benchmark import Benchmark, BenchmarkPhoto, BenchmarkVersion, Reference
from curation.models.dataset import Dataset, DatasetVersion, Sample, SampleKind, Split, VersionState
from curation.models.export import Export, ExportState
from curation.models.score import Score, ScoreKind

__all__ = [
    "Agreement",
    "Benchmark",
    "BenchmarkPhoto",
    "BenchmarkVersion",
    "Dataset",
    "DatasetVersion",
    "Export",
    "ExportState",
    "Reference",
    "Sample",
    "SampleKind",
    "Score",
    "ScoreKind",
    "Split",
    "VersionState",
]
