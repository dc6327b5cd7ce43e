"""What happened that concerns me, and which of it I want by mail."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.notices import NOTICE_KINDS, WHEN
from accounts.selectors.notices import notice_of, notices_of, unread_of
from accounts.services.mailing import can_mail
from accounts.services.notifying import mark_read
from accounts.services.preferences import change_preferences, preferences_of
from accounts.views.page import PersonRequest, signed_in
from core.errors import InvalidInput
from core.web.paging import newest_first
from core.web.queries import refuse_unknown

SHOWN = 50


class ReadForm(forms.Form):
    """Nothing for all of them, or the id of one."""

    notice = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class MailForm(forms.Form):
    """When each kind of notice is mailed."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for name, kind in NOTICE_KINDS.items():
            self.fields[name] = forms.ChoiceField(
                label=kind.title, choices=list(WHEN.items()), initial=kind.mail
            )


@require_safe
@signed_in
def notices(request: PersonRequest) -> HttpResponse:
    """Unread ones first; those read before are paged below."""
    refuse_unknown(request.GET, {"before", "after", "show"})
    show = request.GET.get("show", "")
    if show not in ("", "unread"):
        raise InvalidInput("Show unread notices, or leave it out.", field="show")
    unread = unread_of(request.user)
    context = {
        "show": show,
        "fresh": [] if show else list(unread[: SHOWN + 1]),
        "shown": SHOWN,
        "page": newest_first(
            unread if show else notices_of(request.user).filter(read_at__isnull=False), request
        ),
        "is_first": not {"before", "after"} & set(request.GET),
    }
    return render(request, "accounts/notices.html", context)


@require_safe
@signed_in
def open_notice(request: PersonRequest, notice_id: int) -> HttpResponse:
    """Go where the notice leads; it is read then."""
    notice = notice_of(request.user, notice_id)
    if request.method == "GET":
        mark_read(person=request.user, ids=[notice.pk])
    return redirect(notice.address)


@require_POST
@signed_in
def read(request: PersonRequest) -> HttpResponse:
    """I have seen one of them, or all."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise InvalidInput("Say which notice by its number.", field="notice")
    chosen = form.cleaned_data["notice"]
    mark_read(person=request.user, ids=None if chosen is None else [chosen])
    return redirect("accounts:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def notice_settings(request: PersonRequest) -> HttpResponse:
    """Which kinds go out by mail, and when."""
    chosen = preferences_of(request.user).notices
    form = MailForm(request.POST or None, initial=chosen)
    if form.is_valid():
        change_preferences(person=request.user, given={"notices": dict(form.cleaned_data)})
        messages.success(request, "Saved.")
        return redirect("accounts:notice-settings")
    context = {"form": form, "can_mail": can_mail()}
    status = 400 if form.errors else 200
    return render(request, "accounts/notice_settings.html", context, status=status)
