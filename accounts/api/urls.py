from __future__ import annotations

from django.urls import path

from accounts.api import me

urlpatterns = [
    path("me/", me.MeView.as_view(), name="me"),
]
