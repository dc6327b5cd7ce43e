from __future__ import annotations

from django.urls import path

from training.views import evaluations, lineage, models, new_run, runs

app_name = "training"
T = "p/<slug:slug>/training"
M = "p/<slug:slug>/models"

urlpatterns = [
    path(f"{T}/", runs.runs, name="runs"),
    path(f"{T}/new/", new_run.choose, name="choose-recipe"),
    path(f"{T}/new/run/", new_run.new_run, name="new-run"),
    path(f"{T}/<int:pk>/", runs.run, name="run"),
    path(f"{T}/<int:pk>/live/", runs.live, name="run-live"),
    path(f"{T}/<int:pk>/log/", runs.log, name="run-log"),
    path(f"{T}/<int:pk>/figures.csv", runs.metrics, name="run-metrics"),
    path(f"{T}/<int:pk>/stop/", runs.stop, name="stop-run"),
    path(f"{T}/<int:pk>/resume/", runs.resume, name="resume-run"),
    path(f"{M}/", models.models, name="models"),
    path(f"{M}/<int:pk>/", models.model, name="model"),
    path(f"{T}/checkpoints/<int:pk>/register/", models.register, name="register"),
    path(f"{M}/<int:pk>/evaluate/", models.evaluate, name="evaluate"),
    path(f"{M}/<int:pk>/promote/", models.promote, name="promote"),
    path(f"{M}/evaluations/<int:pk>/", evaluations.evaluation, name="evaluation"),
    path(f"{M}/evaluations/<int:pk>/again/", evaluations.again, name="evaluate-again"),
    path("p/<slug:slug>/photos/<int:pk>/lineage/", lineage.lineage, name="lineage"),
    path("p/<slug:slug>/photos/<int:pk>/trail/", lineage.trail, name="trail"),
]
