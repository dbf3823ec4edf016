"""Improvement plans: actions, their evidence, comments and verified closure."""
