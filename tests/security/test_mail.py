"""Mails are plain text: what people wrote stands in them as it is, and starts no header."""

from __future__ import annotations

import pytest
from django.core import mail

from accounts.models import Project, User
from accounts.services.invitations import invite
from tests.security.haunting import HURT

pytestmark = pytest.mark.django_db


def test_an_invitation_full_of_attacks(project: Project, kim: User) -> None:
    User.objects.update(name=f"Kim {HURT}\r\nBcc: evil@example.org"[:120])
    Project.objects.update(name=f"{HURT[:60]}\r\nBcc: evil@example.org\r\n\r\n<b>")
    kim.refresh_from_db()
    project.refresh_from_db()
    invite(project=project, email="nora@example.org", roles=["expert"], by=kim)
    (sent,) = mail.outbox
    assert sent.recipients() == ["nora@example.org"] and "Bcc" not in sent.message()
    assert sent.message().get_content_type() == "text/plain" and not sent.attachments
    assert HURT[:38] in sent.body and "\n" not in sent.subject
    assert "{{" in sent.body and "&lt;" not in sent.body
