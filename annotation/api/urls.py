from __future__ import annotations

from django.urls import include, path

from annotation.api import campaigns, conduct, hours, items, lists, question_drafts, running, work

P = "projects/<slug:slug>"
C = f"{P}/campaigns/<int:campaign_id>"
I = f"{P}/items/<int:item_id>"  # noqa: E741 - reads well below

urlpatterns = [
    path("", include("annotation.api.draft_urls")),
    path(
        f"{P}/draft-batches/<int:batch_id>/grow-regions/",
        question_drafts.GrowRegionsView.as_view(),
        name="grow-regions",
    ),
    path("work/campaigns/", work.ToDoView.as_view(), name="work-campaigns"),
    path("work/hours/", hours.MyHoursView.as_view(), name="work-hours"),
    path(f"{P}/hours/", hours.ProjectHoursView.as_view(), name="project-hours"),
    path("work/answers/", work.MyAnswersView.as_view(), name="work-answers"),
    path("work/responses/<int:response_id>/change/", work.ChangeView.as_view(), name="work-change"),
    path(
        "work/discussions/<int:discussion_id>/",
        items.DiscussionView.as_view(),
        name="work-discussion",
    ),
    path(
        "work/discussions/<int:discussion_id>/messages/",
        items.DiscussionMessagesView.as_view(),
        name="work-messages",
    ),
    path(
        "work/messages/<int:message_id>/resolve/",
        items.ResolveView.as_view(),
        name="work-resolve",
    ),
    path("work/outcomes/", items.OutcomesView.as_view(), name="work-outcomes"),
    path(f"{P}/campaigns/", campaigns.CampaignsView.as_view(), name="campaigns"),
    path(f"{C}/", campaigns.OneCampaignView.as_view(), name="campaign"),
    path(f"{C}/open/", campaigns.MoveView.as_view(move="open"), name="campaign-open"),
    path(f"{C}/pause/", campaigns.MoveView.as_view(move="pause"), name="campaign-pause"),
    path(f"{C}/close/", campaigns.MoveView.as_view(move="close"), name="campaign-close"),
    path(f"{C}/subjects/", campaigns.SubjectsView.as_view(), name="campaign-subjects"),
    path(f"{C}/progress/", campaigns.ProgressView.as_view(), name="campaign-progress"),
    path(f"{C}/people/", campaigns.CampaignPeopleView.as_view(), name="campaign-people"),
    path(
        f"{C}/training-items/", conduct.TrainingItemsView.as_view(), name="campaign-training-items"
    ),
    path(
        f"{C}/training-items/claim/",
        conduct.OwnTrainingView.as_view(),
        name="campaign-training-claim",
    ),
    path(
        f"{C}/training-items/<int:training_item_id>/",
        conduct.TrainingItemView.as_view(),
        name="campaign-training-item",
    ),
    path(f"{C}/standings/", conduct.StandingsView.as_view(), name="campaign-standings"),
    path(f"{C}/guidelines/", conduct.GuidelinesView.as_view(), name="campaign-guidelines"),
    path(
        "work/<int:campaign_id>/guidelines/",
        conduct.ReadGuidelinesView.as_view(),
        name="work-guidelines",
    ),
    path(
        "work/<int:campaign_id>/guidelines/examples/<int:example_id>",
        conduct.ExampleImageView.as_view(),
        name="guidelines-example",
    ),
    path(f"{C}/sessions/", running.SessionsView.as_view(), name="campaign-sessions"),
    path(f"{C}/sessions/deal/", running.DealSessionsView.as_view(), name="deal-sessions"),
    path(
        f"{C}/sessions/<int:number>/give/", running.GiveSessionView.as_view(), name="give-session"
    ),
    path(f"{C}/leases/", running.LeasesView.as_view(), name="campaign-leases"),
    path(
        f"{C}/leases/<int:assignment_id>/return/",
        running.ReturnLeaseView.as_view(),
        name="return-lease",
    ),
    path(f"{P}/now/", running.NowView.as_view(), name="now"),
    path(f"{C}/pace/", running.PaceView.as_view(), name="campaign-pace"),
    path(f"{P}/item-views/", lists.SavedViewsView.as_view(), name="item-views"),
    path(f"{P}/item-views/<int:view_id>/", lists.OneSavedViewView.as_view(), name="item-view"),
    path(f"{C}/bulk/", lists.BulkView.as_view(), name="bulk"),
    path(f"{C}/bulk/<int:act_id>/", lists.OneBulkView.as_view(), name="bulk-act"),
    path(f"{C}/bulk/<int:act_id>/undo/", lists.UndoBulkView.as_view(), name="undo-bulk"),
    path(f"{P}/items/", items.ItemsView.as_view(), name="items"),
    path(f"{I}/", items.OneItemView.as_view(), name="item"),
    path(f"{I}/second-round/", items.SecondRoundView.as_view(), name="item-second-round"),
    path(f"{I}/settle/", items.SettleView.as_view(), name="item-settle"),
    path(f"{I}/messages/", items.ItemMessagesView.as_view(), name="item-messages"),
    path(f"{P}/flags/", items.FlagsView.as_view(), name="flags"),
]
