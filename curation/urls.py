from __future__ import annotations

from django.urls import path

from curation.views import (
    agreement,
    benchmarks,
    comparisons,
    datasets,
    quality,
    raters,
    report,
    selections,
    versions,
)
from curation.views import annotation_imports as imports

app_name = "curation"
Q = "p/<slug:slug>/quality"
D = "p/<slug:slug>/datasets"
A = "p/<slug:slug>/photos/annotations"
S = "p/<slug:slug>/photos/selections"

urlpatterns = [
    path(f"{A}/", imports.annotation_imports, name="annotation-imports"),
    path(f"{A}/new/", imports.new_import, name="new-annotation-import"),
    path(f"{A}/<int:pk>/", imports.one_import, name="annotation-import"),
    path(f"{A}/<int:pk>/benchmark/", imports.hold_out, name="hold-out-import"),
    path(f"{A}/<int:pk>/faults.csv", imports.faults_csv, name="import-faults"),
    path(f"{S}/", selections.selections, name="selections"),
    path(f"{S}/new/", selections.new_selection, name="new-selection"),
    path(f"{S}/<int:pk>/", selections.selection, name="selection"),
    path(f"{S}/<int:pk>/rename/", selections.rename, name="rename-selection"),
    path(f"{S}/<int:pk>/delete/", selections.delete, name="delete-selection"),
    path(f"{Q}/", quality.quality, name="quality"),
    path(f"{Q}/compute/", quality.compute, name="compute-scores"),
    path(f"{Q}/distribution.csv", quality.distribution_csv, name="distribution-csv"),
    path(f"{Q}/agreement/", agreement.agreement, name="agreement"),
    path(f"{Q}/agreement.csv", agreement.agreement_csv, name="agreement-csv"),
    path(f"{Q}/pairs/", comparisons.pairs, name="pairs"),
    path(f"{Q}/reliability.csv", comparisons.reliability_csv, name="reliability-csv"),
    path(f"{Q}/pairs/<int:pk>/", comparisons.photo_pairs, name="photo-pairs"),
    path(f"{Q}/pairs/<int:pk>.csv", comparisons.worths_csv, name="photo-pairs-csv"),
    path("work/habits/", raters.habits, name="my-habits"),
    path(f"{Q}/raters/", raters.raters, name="raters"),
    path(f"{Q}/raters.csv", raters.raters_csv, name="raters-csv"),
    path(f"{Q}/raters/<int:pk>/", raters.rater, name="rater"),
    path(f"{Q}/raters/<int:pk>.csv", raters.rater_csv, name="rater-csv"),
    path(f"{Q}/report/", report.report, name="report"),
    path(f"{Q}/report.csv", report.report_csv, name="report-csv"),
    path(f"{Q}/scores.csv", quality.scores_csv, name="scores-csv"),
    path(f"{Q}/scores/<int:pk>/", quality.score, name="score"),
    path(f"{D}/", datasets.datasets, name="datasets"),
    path(f"{D}/<int:pk>/", datasets.dataset, name="dataset"),
    path(f"{D}/<int:pk>/freeze/", datasets.new_version, name="new-version"),
    path(f"{D}/<int:pk>/preview/", datasets.preview, name="preview"),
    path(f"{D}/versions/<int:pk>/", versions.version, name="version"),
    path(f"{D}/versions/<int:pk>/exports/", versions.new_export, name="new-export"),
    path(f"{D}/exports/<int:pk>/", versions.export, name="export"),
    path(f"{D}/exports/<int:pk>/files/<path:name>", versions.download, name="download"),
    path(f"{D}/benchmarks/", benchmarks.benchmarks, name="benchmarks"),
    path(f"{D}/benchmarks/<int:pk>/", benchmarks.benchmark, name="benchmark"),
    path(f"{D}/benchmarks/<int:pk>/references/", benchmarks.references, name="freeze-references"),
]
