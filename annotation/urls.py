from __future__ import annotations

from django.urls import include, path

from annotation.views import (
    adjudicating,
    building,
    campaigns,
    guidelines,
    hours,
    item_list,
    items,
    people,
    qualification,
    results,
    running,
    talks,
    work,
)

app_name = "annotation"
C = "p/<slug:slug>/campaigns"
ONE = f"{C}/<int:campaign_id>"
ITEM = "p/<slug:slug>/items/<int:item_id>"

urlpatterns = [
    path("", include("annotation.draft_urls")),
    path("", include("annotation.question_urls")),
    path("work/", work.my_work, name="my-work"),
    path("work/answers/", work.answers, name="my-answers"),
    path("work/hours/", hours.my_hours, name="my-hours"),
    path("work/hours.csv", hours.my_hours_csv, name="my-hours-csv"),
    path("work/hours/time-zone/", hours.set_time_zone, name="set-time-zone"),
    path("p/<slug:slug>/people.csv", people.people_csv, name="people-csv"),
    path("p/<slug:slug>/people/<int:person_id>/", people.person, name="person"),
    path("p/<slug:slug>/people/hours/", hours.project_hours, name="project-hours"),
    path("p/<slug:slug>/people/hours.csv", hours.project_hours_csv, name="project-hours-csv"),
    path("work/<int:campaign_id>/", work.workspace, name="workspace"),
    path("work/assignments/<int:assignment_id>/images/<slug:place>.jpg", work.image, name="image"),
    path("work/items/<int:item_id>/", talks.discussion, name="discussion"),
    path("work/items/<int:item_id>/messages/", talks.say, name="discussion-say"),
    path("work/messages/<int:message_id>/resolve/", talks.resolve, name="resolve"),
    path(f"{C}/", campaigns.campaigns, name="campaigns"),
    path(f"{C}/new/", building.new_campaign, name="new-campaign"),
    path(f"{C}/new/estimate/", building.estimate, name="estimate"),
    path(f"{C}/new/preview/", building.preview, name="preview"),
    path(f"{C}/new/preview/<int:photo_id>/", building.preview_frame, name="preview-frame"),
    path(
        f"{C}/new/preview/<int:photo_id>/<slug:place>.jpg",
        building.preview_image,
        name="preview-picture",
    ),
    path(f"{ONE}/", campaigns.campaign, name="campaign"),
    path(f"{ONE}/open/", campaigns.move, {"to": "open"}, name="open-campaign"),
    path(f"{ONE}/pause/", campaigns.move, {"to": "pause"}, name="pause-campaign"),
    path(f"{ONE}/close/", campaigns.move, {"to": "close"}, name="close-campaign"),
    path(f"{ONE}/subjects/", campaigns.add_subjects, name="add-subjects"),
    path(f"{ONE}/guidelines/", guidelines.guidelines, name="guidelines"),
    path(
        f"{ONE}/guidelines/examples/<int:example_id>.jpg",
        guidelines.example_image,
        name="guidelines-example",
    ),
    path(f"{ONE}/qualification/", qualification.qualification, name="qualification"),
    path(f"{ONE}/qualification/add/", qualification.add_training, name="add-training"),
    path(f"{ONE}/qualification/answer/", qualification.answer_training, name="answer-training"),
    path(
        f"{ONE}/qualification/items/<int:training_item_id>/",
        qualification.change_training,
        name="change-training",
    ),
    path(
        f"{ONE}/qualification/people/<int:person_id>/",
        qualification.decide,
        name="decide-training",
    ),
    path(f"{ONE}/items/", item_list.items, name="items"),
    path("p/<slug:slug>/now/", running.now, name="now"),
    path(f"{ONE}/sessions/", running.sessions, name="sessions"),
    path(f"{ONE}/sessions.csv", running.sessions_csv, name="sessions-csv"),
    path(f"{ONE}/design.csv", running.design_csv, name="design-csv"),
    path(f"{ONE}/sessions/<int:number>/give/", running.give, name="give-session"),
    path(f"{ONE}/sessions/deal/", running.deal, name="deal-sessions"),
    path(f"{ONE}/leases/<int:assignment_id>/return/", running.take_back, name="return-lease"),
    path(f"{ONE}/flags/", campaigns.flags, name="flags"),
    path(f"{ONE}/results/", results.results, name="results"),
    path(f"{ONE}/results.csv", results.results_csv, name="results-csv"),
    path(f"{ITEM}/", items.item, name="item"),
    path(f"{ITEM}/second-round/", items.second_round, name="second-round"),
    path(f"{ITEM}/adjudicate/", adjudicating.adjudicate, name="adjudicate"),
    path(f"{ITEM}/example/", adjudicating.make_example, name="make-example"),
    path(f"{ITEM}/keep/", adjudicating.keep, name="keep"),
    path(f"{ITEM}/messages/", items.say, name="item-say"),
]
