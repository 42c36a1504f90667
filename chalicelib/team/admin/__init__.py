"""The API of the team: sessions, members, keys, the audit trail."""
