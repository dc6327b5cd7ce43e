"""One's own keys: every act of the work pages with the key it has, to be changed or put back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.keys import EVERYWHERE, SHARED, KeyAct, key_pages
from accounts.services.preferences import change_preferences, preferences_of
from accounts.services.remapping import collisions, parse_key, shown_key
from accounts.views.page import PersonRequest, signed_in
from core.errors import InvalidInput

Groups = list[tuple[str, dict[str, KeyAct]]]


class KeysForm(forms.Form):
    """A field for each act; empty means the default."""

    def __init__(self, own: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        self.groups = _groups()
        for name, act in self._acts().items():
            self.fields[name] = _field(act, own.get(name, act.key))

    def _acts(self) -> dict[str, KeyAct]:
        return {name: act for _, acts in self.groups for name, act in acts.items()}

    def shown(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in their groups."""
        return [(title, [self[name] for name in acts]) for title, acts in self.groups]

    def clean(self) -> dict[str, Any]:
        """Each key by itself, then all of them against each other."""
        acts = self._acts()
        own: dict[str, str] = {}
        for name, typed in list(self.cleaned_data.items()):
            if not typed:
                continue
            try:
                key = parse_key(acts[name], typed.lower() if len(typed) == 1 else typed)
            except InvalidInput as error:
                self.add_error(name, str(error))
                continue
            own |= {} if key == acts[name].key else {name: key}
        for name, words in collisions(own).items():
            self.add_error(name, words)
        return {"keys": own}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def keys(request: PersonRequest) -> HttpResponse:
    """Show, change, or put all keys back."""
    if request.method == "POST" and "reset" in request.POST:
        change_preferences(person=request.user, given={"keys": {}})
        messages.success(request, "All keys are as they were at first.")
        return redirect("accounts:keys")
    form = KeysForm(preferences_of(request.user).keys, request.POST or None)
    if form.is_valid():
        change_preferences(person=request.user, given=form.cleaned_data)
        messages.success(
            request, "Saved. A work page that is open takes your keys when you load it again."
        )
        return redirect("accounts:keys")
    status = 400 if form.errors else 200
    return render(request, "accounts/keys.html", {"form": form}, status=status)


def _groups() -> Groups:
    named = {act.name: act for act in SHARED}
    pages = key_pages()
    used = {name for page in pages for name in page.shared}
    groups: Groups = [("On every work page", {act.name: act for act in EVERYWHERE})]
    groups.append(("On several pages", {n: a for n, a in named.items() if n in used}))
    groups += [(p.title, {p.full_name(a): a for a in p.acts}) for p in pages if p.acts]
    return groups


def _field(act: KeyAct, key: str) -> forms.Field:
    widget = forms.TextInput(
        attrs={"data-key-field": "", "data-default": shown_key(act.key), "autocomplete": "off",
               "autocapitalize": "off", "spellcheck": "false"}
    )  # fmt: skip
    return forms.CharField(
        label=act.words[0].upper() + act.words[1:], required=False, max_length=12,
        initial=shown_key(key), widget=widget,
    )  # fmt: skip
