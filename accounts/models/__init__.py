"""People and what they belong to."""

from accounts.models.invitation import Invitation
from accounts.models.membership import Membership, Role
from accounts.models.notice import Notice
from accounts.models.profile import Credit, Profile
from accounts.models.project import Project
from accounts.models.token import ApiToken
from accounts.models.user import User, UserManager

__all__ = [
    "ApiToken",
    "Credit",
    "Invitation",
    "Membership",
    "Notice",
    "Profile",
    "Project",
    "Role",
    "User",
    "UserManager",
]
