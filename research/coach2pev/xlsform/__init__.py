"""Checklists as XLSForm workbooks, in and out."""
