"""What the endpoints of the experts' work and of items take and give, as the schema shows it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.api.conduct_bodies import FeedbackReply, StopReply, TrainingPlaceReply
from annotation.api.talk_bodies import MessageBody as MessageBody
from annotation.api.talk_bodies import MessageReply as MessageReply
from annotation.api.talk_bodies import OutcomeReply as OutcomeReply
from annotation.api.talk_bodies import RecordReply as RecordReply
from annotation.api.talk_bodies import SecondRoundBody as SecondRoundBody
from annotation.api.talk_bodies import SettleBody as SettleBody
from annotation.handles import handle_of, id_of
from annotation.models import CampaignState, FlagState, ItemState
from core.web.bodies import StrictSerializer


class HandleField(serializers.CharField):
    """The handle of an assignment, read as its id; 0, which nothing has, for any other word."""

    def to_internal_value(self, data: Any) -> Any:
        """DRF's hook."""
        try:
            return id_of(super().to_internal_value(data))
        except ValueError:
            return 0

    def to_representation(self, value: Any) -> str:
        """DRF's hook."""
        return handle_of(value)


class ClaimBody(StrictSerializer):
    """``after``: the assignments the caller has already."""

    after = serializers.ListField(child=HandleField(), required=False, max_length=64)


class AboutAssignment(StrictSerializer):
    """Base of bodies about one assignment; ``assignment`` may repeat the one of the address."""

    assignment = HandleField(required=False)


class SubmitBody(AboutAssignment):
    """``submission_id`` is made by the caller: sent twice, it is one response.

    ``answer`` has the shape of the item type. Times are milliseconds; ``context`` holds facts of
    the screen.
    """

    submission_id = serializers.UUIDField()
    answer = serializers.JSONField()
    active_ms = serializers.IntegerField(required=False, default=0)
    idle_ms = serializers.IntegerField(required=False, default=0)
    context = serializers.DictField(required=False, default=dict)  # type: ignore[assignment]
    edits = serializers.ListField(
        child=serializers.DictField(), required=False, default=list, max_length=1_000,
        help_text="How its texts came about: {block, at, start, cut, put}, see `annotation.edit_steps`.",
    )  # fmt: skip


class SkipBody(AboutAssignment):
    """Why the item is passed over."""

    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class FlagBody(AboutAssignment):
    """What the lead should look at."""

    reason = serializers.CharField(max_length=300)


class CommentBody(AboutAssignment):
    """What the lead should know; it raises no flag."""

    text = serializers.CharField(max_length=2_000)


class DoubtsBody(AboutAssignment):
    """Sentences as somebody types them."""

    text = serializers.CharField(max_length=20_000)


class DoubtReply(serializers.Serializer[Any]):
    """A claim that measures of the photo do not bear out; ``code`` is stable."""

    code = serializers.CharField()
    sentence = serializers.CharField()
    words = serializers.CharField()


class WorkingCopyBody(AboutAssignment):
    """The page's answer as far as it goes, over ``version`` (0: there is none yet)."""

    content = serializers.DictField()
    version = serializers.IntegerField(min_value=0)


class UndoBody(AboutAssignment):
    """Which answer to open again: by response, by submission, or the newest one."""

    response_id = serializers.IntegerField(required=False, allow_null=True)
    submission_id = serializers.UUIDField(required=False, allow_null=True)


class AssignmentReply(serializers.Serializer[Any]):
    """``id`` names the assignment everywhere, and says nothing else. ``urls`` holds addresses that
    differ from the page's own for this assignment."""

    id = serializers.CharField()
    urls = serializers.DictField(required=False)


class WorkingCopyReply(serializers.Serializer[Any]):
    """Unfinished work."""

    content = serializers.DictField()
    version = serializers.IntegerField()


class ProgressReply(serializers.Serializer[Any]):
    """The person's answers, today's, and a fair part of the campaign."""

    done = serializers.IntegerField()
    today = serializers.IntegerField()
    total = serializers.IntegerField()


class EntryReply(serializers.Serializer[Any]):
    """An item as the person sees it; its shape is the item type's. Or ``empty``: why there is none.

    ``training`` says that the reference is shown after the answer. ``why`` there is none, for
    programs: guidelines (confirm them first), failed, break (over in ``again_s`` seconds) or today.
    """

    assignment = AssignmentReply(required=False)
    item = serializers.DictField(required=False)
    working_copy = WorkingCopyReply(required=False, allow_null=True)
    answer = serializers.JSONField(required=False)
    progress = ProgressReply(required=False)
    asked = serializers.CharField(
        required=False, help_text="The lead's question, in a second round."
    )
    training = TrainingPlaceReply(required=False)
    empty = serializers.CharField(required=False)
    why = serializers.CharField(required=False)
    again_s = serializers.IntegerField(required=False, allow_null=True)


class SubmitReply(serializers.Serializer[Any]):
    """The stored response. ``feedback`` comes with training answers; ``stop``: a limit is reached."""

    response_id = serializers.IntegerField()
    progress = ProgressReply()
    feedback = FeedbackReply(required=False)
    stop = StopReply(required=False)


class VersionReply(serializers.Serializer[Any]):
    """The version the working copy has now."""

    version = serializers.IntegerField()


class HeldReply(serializers.Serializer[Any]):
    """Assignments that are still the caller's."""

    held = serializers.ListField(child=HandleField())


class DoneReply(serializers.Serializer[Any]):
    """How far the person is."""

    progress = ProgressReply()


class IdReply(serializers.Serializer[Any]):
    """The id of what was made."""

    id = serializers.IntegerField()


class ToDoReply(serializers.Serializer[Any]):
    """A campaign as its expert sees it."""

    id = serializers.IntegerField(source="campaign.pk")
    name = serializers.CharField(source="campaign.name")
    project = serializers.CharField(source="campaign.project.slug")
    item_type = serializers.CharField(source="campaign.item_type")
    state = serializers.ChoiceField(CampaignState.choices, source="campaign.state")
    guidelines = serializers.CharField(source="campaign.guidelines")
    guidelines_version = serializers.IntegerField(source="campaign.guidelines_version")
    waiting = serializers.IntegerField()
    done = serializers.IntegerField()
    today = serializers.IntegerField()


class MyAnswerReply(serializers.Serializer[Any]):
    """One of the caller's own answers, in the stored shape; ``discussion`` if its item has one."""

    id = serializers.IntegerField(source="pk")
    assignment = HandleField(source="assignment_id")
    discussion = serializers.IntegerField(
        source="item.discussion.pk", allow_null=True, default=None
    )
    campaign = serializers.IntegerField(source="campaign_id")
    round = serializers.IntegerField()
    answer = serializers.JSONField()
    created_at = serializers.DateTimeField()


class ItemReply(serializers.Serializer[Any]):
    """One item of a campaign."""

    id = serializers.IntegerField(source="pk")
    campaign = serializers.IntegerField(source="campaign_id")
    photo = serializers.IntegerField(source="photo_id")
    draft = serializers.IntegerField(source="draft_id", allow_null=True)
    state = serializers.ChoiceField(ItemState.choices)
    round = serializers.IntegerField()
    priority = serializers.IntegerField()


class SeenAnswerReply(serializers.Serializer[Any]):
    """One answer by letter; names stay with the people's pages."""

    letter = serializers.CharField()
    response = serializers.IntegerField(source="response_id")
    round = serializers.IntegerField()
    words = serializers.CharField()
    answer = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    active_s = serializers.FloatField()

    def get_answer(self, seen: Any) -> dict[str, Any]:
        """In the stored shape."""
        found: dict[str, Any] = seen.answer.model_dump(mode="json")
        return found


class SeenFlagReply(serializers.Serializer[Any]):
    """Why an item needs a talk; figures name people by letter."""

    id = serializers.IntegerField(source="pk")
    rule = serializers.CharField()
    round = serializers.IntegerField()
    state = serializers.ChoiceField(FlagState.choices)
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(allow_null=True)


class FlagReply(SeenFlagReply):
    """The same for those who know the item."""

    item = serializers.IntegerField(source="item_id")


class EditStepReply(serializers.Serializer[Any]):
    """One edit: what went and what came, with the words around it, so many seconds after the first."""

    block = serializers.CharField()
    after_s = serializers.FloatField()
    before = serializers.CharField()
    gone = serializers.CharField()
    came = serializers.CharField()
    behind = serializers.CharField()


class TrailReply(serializers.Serializer[Any]):
    """How the texts of one response came about; ``is_whole``: the edits lead to them."""

    response = serializers.IntegerField(source="response_id")
    letter = serializers.CharField()
    is_whole = serializers.BooleanField()
    steps = EditStepReply(many=True)


class CommentReply(serializers.Serializer[Any]):
    """A note for the lead, by letter; "somebody" has not answered."""

    author = serializers.CharField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()


class ItemDetailReply(ItemReply):
    """An item with its answers; ``hidden`` says why there are none to see yet."""

    hidden = serializers.CharField()
    answers = SeenAnswerReply(many=True)
    flags = FlagReply(many=True)
    messages = MessageReply(many=True)
    golden = serializers.JSONField(allow_null=True)
    record = RecordReply(allow_null=True)
    edits = TrailReply(many=True)
    comments = CommentReply(many=True)


class DiscussionReply(serializers.Serializer[Any]):
    """A discussion as somebody who answered the item sees it."""

    id = serializers.IntegerField()
    hidden = serializers.CharField()
    is_open = serializers.BooleanField()
    answers = SeenAnswerReply(many=True)
    flags = SeenFlagReply(many=True)
    messages = MessageReply(many=True)
    golden = serializers.JSONField(allow_null=True)
