from __future__ import annotations

from django.urls import path

from training.api import evaluations, models, runs

P = "projects/<slug:slug>"
RUN = f"{P}/runs/<int:pk>"
EVALUATION = f"{P}/evaluations/<int:pk>"

urlpatterns = [
    path(f"{P}/recipes/", runs.RecipesView.as_view(), name="recipes"),
    path(f"{P}/runs/", runs.RunsView.as_view(), name="runs"),
    path(f"{RUN}/", runs.OneRunView.as_view(), name="run"),
    path(f"{RUN}/stop/", runs.StopRunView.as_view(), name="run-stop"),
    path(f"{RUN}/resume/", runs.ResumeRunView.as_view(), name="run-resume"),
    path(f"{RUN}/metrics/", runs.RunMetricsView.as_view(), name="run-metrics"),
    path(f"{RUN}/log/", runs.RunLogView.as_view(), name="run-log"),
    path(f"{P}/checkpoints/", models.CheckpointsView.as_view(), name="checkpoints"),
    path(
        f"{P}/checkpoints/<int:pk>/register/",
        models.RegisterCheckpointView.as_view(),
        name="checkpoint-register",
    ),
    path(f"{P}/models/", models.ModelsView.as_view(), name="models"),
    path(f"{P}/models/<int:pk>/", models.OneModelView.as_view(), name="model"),
    path(f"{P}/models/<int:pk>/promote/", models.PromoteModelView.as_view(), name="model-promote"),
    path(f"{P}/evaluations/", evaluations.EvaluationsView.as_view(), name="evaluations"),
    path(f"{EVALUATION}/", evaluations.OneEvaluationView.as_view(), name="evaluation"),
    path(
        f"{EVALUATION}/again/",
        evaluations.RepeatEvaluationView.as_view(),
        name="evaluation-again",
    ),
    path(
        f"{EVALUATION}/predictions/",
        evaluations.PredictionsView.as_view(),
        name="evaluation-predictions",
    ),
    path(f"{P}/photos/<int:pk>/lineage/", evaluations.LineageView.as_view(), name="photo-lineage"),
]
