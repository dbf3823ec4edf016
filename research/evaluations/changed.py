"""Tells the rooms above that the plan or the exposure of sites has changed, in the transaction that changes it."""

from django.dispatch import Signal

sites_changed = Signal()
"""Sent with `sites` (rows of EvaluationSite) and `by` (the account, None for a command)."""
