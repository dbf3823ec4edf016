"""Coaches, coachees and staff in post, by code and role."""
