"""A person who signs in with an e-mail address."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class UserManager(BaseUserManager["User"]):
    """Makes people; an unusable password unless one is given."""

    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", **fields: Any
    ) -> User:
        """A person with a lower-cased e-mail address."""
        user = self.model(email=email.strip().lower(), name=name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Sign-in does not mind the case of the address."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """``is_administrator`` may make projects and people; every other right is a role in a project."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    is_imported = models.BooleanField(default=False)  # a rater known only from imported data
    preferences = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email
