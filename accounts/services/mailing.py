"""Mails to people: plain text, never with anything secret but the link they are about."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import Enum
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Invitation, Notice, Role, User

log = logging.getLogger(__name__)
NO_SERVER = "django.core.mail.backends.dummy.EmailBackend"
LONGEST_SUBJECT = 120


class Delivery(Enum):
    """What became of a mail."""

    TAKEN = "taken"
    REFUSED = "refused"  # this address, for good
    LATER = "later"  # this address, for now
    AWAY = "away"  # the server takes nothing now


def mail_invitation(*, invitation: Invitation, secret: str) -> tuple[str, bool]:
    """Send the link; returns it, and whether a mail server took the mail."""
    link = settings.SITE_URL + reverse("accounts:open-invitation", args=[secret])
    text = render_to_string(
        "accounts/mail/invitation.txt",
        {
            "invitation": invitation,
            "link": link,
            "roles": ", ".join(Role(role).label for role in invitation.roles),
        },
    )
    # A line break in a project's name must not become a mail header.
    subject = " ".join(f"You are invited to {invitation.project.name}".split())
    return link, _send(subject, text, invitation.email)


def mail_reset_link(*, person: User, uid: str, token: str) -> bool:
    """Send the link for a new password; whether a mail server took the mail."""
    link = settings.SITE_URL + reverse("accounts:open-reset", args=[uid, token])
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    told = {"person": person, "link": link, "minutes": minutes, "site": settings.SITE_URL}
    text = render_to_string("accounts/mail/reset.txt", told)
    return _send("A new password for Reframe", text, person.email)


def mail_notices(*, person: User, notices: Sequence[Notice]) -> Delivery:
    """Send the sentences with their links in one mail."""
    settings_link = settings.SITE_URL + reverse("accounts:notice-settings")
    rows = [
        (each, settings.SITE_URL + reverse("accounts:open-notice", args=[each.pk]))
        for each in notices
    ]
    told = {"rows": rows, "settings_link": settings_link}
    text = render_to_string("accounts/mail/notices.txt", told)
    first = " ".join(notices[0].text.split())[:LONGEST_SUBJECT]
    subject = first if len(notices) == 1 else f"{len(notices)} notices from Reframe"
    headers = {"List-Unsubscribe": f"<{settings_link}>"}
    return _deliver(EmailMessage(subject, text, None, [person.email], headers=headers))


def can_mail() -> bool:
    """Whether this installation sends mails at all."""
    return str(settings.EMAIL_BACKEND) != NO_SERVER


def _send(subject: str, text: str, to: str) -> bool:
    if not can_mail():
        return False
    try:
        return bool(send_mail(subject, text, None, [to]))
    except (SMTPException, OSError) as error:
        log.warning("The mail server does not take our mail: %s", error)
        return False


def _deliver(mail: EmailMessage) -> Delivery:
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        return Delivery.REFUSED if all(code >= 500 for code in codes) else Delivery.LATER
    except SMTPDataError as error:
        return Delivery.REFUSED if error.smtp_code >= 500 else Delivery.LATER
    except (SMTPException, OSError) as error:
        log.warning("The mail server does not take our mail: %s", error)
        return Delivery.AWAY
    return Delivery.TAKEN
