"""People, projects, memberships and roles. "Who may" is asked only here."""
