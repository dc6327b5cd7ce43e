"""By what lists may be narrowed: an allow list per resource."""

from __future__ import annotations

import django_filters

from annotation import flag_rules
from annotation.item_types import registry
from annotation.models import CampaignState, FlagState, ItemState

RULES = [(rule, rule) for rule in flag_rules.RULES]


class CampaignFilter(django_filters.FilterSet):
    """By state and item type."""

    state = django_filters.ChoiceFilter(choices=CampaignState.choices)
    item_type = django_filters.ChoiceFilter(choices=registry.choices)


class ItemFilter(django_filters.FilterSet):
    """By campaign, state and photo."""

    campaign = django_filters.NumberFilter(field_name="campaign_id")
    state = django_filters.ChoiceFilter(choices=ItemState.choices)
    photo = django_filters.NumberFilter(field_name="photo_id")


class FlagFilter(django_filters.FilterSet):
    """By campaign, state and rule."""

    campaign = django_filters.NumberFilter(field_name="campaign_id")
    state = django_filters.ChoiceFilter(choices=FlagState.choices)
    rule = django_filters.ChoiceFilter(choices=RULES)
