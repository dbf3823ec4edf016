"""Doses counted anew in registers, beside what was reported."""
