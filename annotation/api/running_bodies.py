"""What the endpoints of a moment, of filling and of the lists of a project give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class FilledReply(serializers.Serializer[Any]):
    """How many items were new at once; with a ``job`` the rest follows."""

    added = serializers.IntegerField()
    job = serializers.UUIDField(allow_null=True)


class CampaignNowReply(serializers.Serializer[Any]):
    """An open campaign at this moment. ``waiting`` counts answers that nobody works on, ``held`` items in
    hands, ``expired`` those whose time ran out."""

    id = serializers.IntegerField(source="campaign.pk")
    name = serializers.CharField(source="campaign.name")
    open_items = serializers.IntegerField()
    waiting = serializers.IntegerField()
    held = serializers.IntegerField()
    expired = serializers.IntegerField()
    items = serializers.IntegerField()
    finished = serializers.IntegerField()
    flags = serializers.IntegerField()


class NowReply(serializers.Serializer[Any]):
    """A project at this moment; ``at_work`` counts who answered within 15 minutes or holds an item."""

    campaigns = CampaignNowReply(many=True)
    at_work = serializers.IntegerField()
    drafts_waiting = serializers.IntegerField()
    open_flags = serializers.IntegerField()
    failed_jobs = serializers.IntegerField()
    waiting_jobs = serializers.IntegerField()
