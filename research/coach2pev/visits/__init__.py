"""Supervision visits: planned, filled in, done, cancelled; their scores, lists and pages."""
