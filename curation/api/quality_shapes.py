"""What the API says of pairs, raters and the report. What may be not known has ``value`` and
``unknown``: one of them is filled."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from curation.models import ScoreKind


class MaybeSerializer(serializers.Serializer[Any]):
    """A number, or why there is none."""

    value = serializers.FloatField(allow_null=True)
    unknown = serializers.CharField()


class SideSerializer(serializers.Serializer[Any]):
    """The share of decided votes for the left side of the screen, with its 95 % interval."""

    share = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()
    is_biased = serializers.BooleanField()


class MaybeSideSerializer(serializers.Serializer[Any]):
    """The same, or why it is not known."""

    value = SideSerializer(default=None, allow_null=True)
    unknown = serializers.CharField(default="")


class ReliabilityBinSerializer(serializers.Serializer[Any]):
    """Votes whose choice was predicted with a probability from ``start`` to ``end``, and the share
    that went so, with its 95 % interval."""

    start = serializers.FloatField(source="from")
    end = serializers.FloatField(source="to")
    predicted = serializers.FloatField()
    observed = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class ReliabilitySerializer(serializers.Serializer[Any]):
    """Do ratings foretell the choice; ``brier`` is 0.25 for a coin."""

    n = serializers.IntegerField()
    error = serializers.FloatField()
    brier = serializers.FloatField()
    bins = ReliabilityBinSerializer(many=True)


class MaybeReliabilitySerializer(serializers.Serializer[Any]):
    """The same, or why it is not known."""

    value = ReliabilitySerializer(default=None, allow_null=True)
    unknown = serializers.CharField(default="")


class CombinedSerializer(serializers.Serializer[Any]):
    """The fit of ratings and pair votes on one scale; ``kappa`` in logits a grade."""

    crops = serializers.IntegerField()
    ratings = serializers.IntegerField()
    pairs = serializers.IntegerField()
    raters = serializers.IntegerField()
    kappa = serializers.FloatField()
    a_grade_apart = serializers.FloatField()
    version = serializers.CharField()


class MaybeCombinedSerializer(serializers.Serializer[Any]):
    """The same, or why it is refused."""

    value = CombinedSerializer(default=None, allow_null=True)
    unknown = serializers.CharField(default="")


class PairFiguresSerializer(serializers.Serializer[Any]):
    """All pair votes given here, as last computed."""

    computed_at = serializers.DateTimeField()
    votes = serializers.IntegerField(source="figures.votes")
    people = serializers.IntegerField(source="figures.people")
    photos = serializers.IntegerField(source="figures.photos")
    ties = serializers.IntegerField(source="figures.ties")
    undecided = serializers.IntegerField(source="figures.undecided")
    left = MaybeSideSerializer(source="figures.left")
    reliability = MaybeReliabilitySerializer(source="figures.reliability")
    combined = MaybeCombinedSerializer(source="figures.combined")


class ComparedPhotoSerializer(serializers.Serializer[Any]):
    """A photo whose crops were compared. Of one that the reader may still be asked about only the
    number is told, and ``is_hidden``."""

    photo = serializers.IntegerField()
    is_hidden = serializers.BooleanField()
    crops = serializers.IntegerField(allow_null=True)
    votes = serializers.IntegerField(allow_null=True)
    people = serializers.IntegerField(allow_null=True)
    groups = serializers.IntegerField(allow_null=True)
    best_crop = serializers.IntegerField(allow_null=True)


class WorthSerializer(serializers.Serializer[Any]):
    """A crop's Bradley-Terry worth in logits."""

    crop = serializers.IntegerField()
    worth = serializers.FloatField()
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField()
    unknown = serializers.CharField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """Votes for each of two crops; a tie is half a vote each."""

    first = serializers.IntegerField()
    second = serializers.IntegerField()
    for_first = serializers.FloatField()
    for_second = serializers.FloatField()


class SuggestionSerializer(serializers.Serializer[Any]):
    """A comparison worth asking next, with what it is expected to tell in bits."""

    first = serializers.IntegerField(source="first.pk")
    second = serializers.IntegerField(source="second.pk")
    information = serializers.FloatField()


class OneComparedPhotoSerializer(ComparedPhotoSerializer):
    """The same with worths, best first; ``unknown`` says why there are none."""

    is_regularised = serializers.BooleanField()
    unknown = serializers.CharField()
    worths = WorthSerializer(many=True)
    comparisons = ComparisonSerializer(many=True)
    suggestions = SuggestionSerializer(many=True)


class RaterSerializer(serializers.Serializer[Any]):
    """One person on one scale, from the votes that count, as of the last fit. ``grades`` counts each
    grade; ``without`` says how scores would move without this person, ``course`` how the votes went
    in time."""

    person = serializers.IntegerField(source="person.pk")
    name = serializers.CharField(source="person.name")
    kind = serializers.ChoiceField(ScoreKind.choices)
    votes = serializers.IntegerField(source="use.n")
    bias = serializers.FloatField(source="figures.bias", allow_null=True)
    inconsistency = serializers.FloatField(source="figures.inconsistency", allow_null=True)
    unknown = serializers.CharField(source="figures.unknown")
    mean = serializers.FloatField(source="use.mean")
    sd = serializers.FloatField(source="use.sd", allow_null=True)
    share_at_ends = serializers.FloatField(source="use.at_ends")
    grades = serializers.DictField(source="figures.grades", child=serializers.IntegerField())
    without = serializers.DictField(source="figures.without")
    course = serializers.DictField(source="figures.course")


class OneRaterSerializer(serializers.Serializer[Any]):
    """One person on each scale, and the side favoured in pairs."""

    scales = RaterSerializer(many=True)
    side = MaybeSideSerializer()


class ScreenedSerializer(serializers.Serializer[Any]):
    """What the screening rules say of one rater; nobody is removed by them. ``person`` below 0 came
    with an import."""

    person = serializers.IntegerField()
    r = serializers.FloatField(allow_null=True)
    n = serializers.IntegerField(allow_null=True)
    is_uncorrelated = serializers.BooleanField(allow_null=True)
    above = serializers.IntegerField(allow_null=True)
    below = serializers.IntegerField(allow_null=True)
    is_rejected = serializers.BooleanField(allow_null=True)


class QualityReportSerializer(serializers.Serializer[Any]):
    """One scale of a project in the manner of P.910 and BT.500, as last computed."""

    kind = serializers.ChoiceField(ScoreKind.choices)
    computed_at = serializers.DateTimeField()
    low = serializers.IntegerField(source="figures.low")
    high = serializers.IntegerField(source="figures.high")
    votes = serializers.IntegerField(source="figures.votes")
    things = serializers.IntegerField(source="figures.things")
    raters = serializers.IntegerField(source="figures.raters")
    mos_version = serializers.CharField(source="figures.mos_version")
    primary_version = serializers.CharField(source="figures.primary_version")
    mos_half_width = serializers.FloatField(source="figures.mos_half_width", allow_null=True)
    primary_half_width = serializers.FloatField(
        source="figures.primary_half_width", allow_null=True
    )
    reliability = serializers.FloatField(source="figures.reliability", allow_null=True)
    sos_a = MaybeSerializer()
    noise_ceiling = MaybeSerializer()
    bt500 = serializers.CharField(source="figures.screened.bt500")
    screened = ScreenedSerializer(source="figures.screened.raters", many=True)
