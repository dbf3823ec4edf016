"""Versions of checklists: conditions, building on screen, publishing."""
