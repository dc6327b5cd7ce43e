from __future__ import annotations

from django.urls import path

from curation.api import annotation_imports as imports
from curation.api import benchmarks, datasets, exports, quality, scores, selections

P = "projects/<slug:slug>"
V = f"{P}/versions"
B = f"{P}/benchmarks"
A = f"{P}/annotation-imports"

urlpatterns = [
    path(f"{A}/", imports.AnnotationImportsView.as_view(), name="annotation-imports"),
    path(f"{A}/formats/", imports.ImportFormatsView.as_view(), name="import-formats"),
    path(f"{A}/folder/", imports.ImportFolderView.as_view(), name="annotation-folder"),
    path(f"{A}/<int:pk>/", imports.OneAnnotationImportView.as_view(), name="annotation-import"),
    path(f"{A}/<int:pk>/faults/", imports.FaultsView.as_view(), name="import-faults"),
    path(f"{A}/<int:pk>/benchmark/", imports.HoldOutView.as_view(), name="hold-out-import"),
    path(f"{A}/<int:pk>/photos/", imports.SourcePhotosView.as_view(), name="source-photos"),
    path(f"{P}/selections/", selections.SelectionsView.as_view(), name="selections"),
    path(f"{P}/selections/<int:pk>/", selections.OneSelectionView.as_view(), name="selection"),
    path(
        f"{P}/selections/<int:pk>/photos/",
        selections.SelectionPhotosView.as_view(),
        name="selection-photos",
    ),
    path(f"{P}/scores/", scores.ScoresView.as_view(), name="scores"),
    path(f"{P}/scores/compute/", scores.ComputeScoresView.as_view(), name="compute-scores"),
    path(f"{P}/scores/<int:pk>/", scores.OneScoreView.as_view(), name="score"),
    path(f"{P}/pairs/", quality.PairsView.as_view(), name="pairs"),
    path(f"{P}/pairs/figures/", quality.PairFiguresView.as_view(), name="pair-figures"),
    path(f"{P}/pairs/<int:pk>/", quality.OnePhotosPairsView.as_view(), name="photo-pairs"),
    path(f"{P}/raters/", quality.RatersView.as_view(), name="raters"),
    path(f"{P}/raters/<int:pk>/", quality.OneRaterView.as_view(), name="rater"),
    path(f"{P}/report/", quality.ReportView.as_view(), name="report"),
    path(f"{P}/agreement/", scores.AgreementView.as_view(), name="agreement"),
    path(f"{P}/datasets/", datasets.DatasetsView.as_view(), name="datasets"),
    path(f"{P}/datasets/<int:pk>/", datasets.OneDatasetView.as_view(), name="dataset"),
    path(f"{V}/", datasets.VersionsView.as_view(), name="versions"),
    path(f"{V}/rules/", datasets.RulesView.as_view(), name="version-rules"),
    path(f"{V}/preview/", datasets.PreviewView.as_view(), name="version-preview"),
    path(f"{V}/<int:pk>/", datasets.OneVersionView.as_view(), name="version"),
    path(f"{V}/<int:pk>/samples/", datasets.SamplesView.as_view(), name="version-samples"),
    path(f"{P}/exports/", exports.ExportsView.as_view(), name="exports"),
    path(f"{P}/exports/formats/", exports.FormatsView.as_view(), name="export-formats"),
    path(f"{P}/exports/<int:pk>/", exports.OneExportView.as_view(), name="export"),
    path(
        f"{P}/exports/<int:pk>/files/<path:name>",
        exports.ExportFileView.as_view(),
        name="export-file",
    ),
    path(f"{B}/", benchmarks.BenchmarksView.as_view(), name="benchmarks"),
    path(f"{B}/<int:pk>/", benchmarks.OneBenchmarkView.as_view(), name="benchmark"),
    path(
        f"{B}/<int:pk>/versions/",
        benchmarks.BenchmarkVersionsView.as_view(),
        name="benchmark-versions",
    ),
    path(
        f"{B}/<int:pk>/versions/<int:number>/",
        benchmarks.OneBenchmarkVersionView.as_view(),
        name="benchmark-version",
    ),
]
