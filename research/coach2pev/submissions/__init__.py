"""Visits filled by KoboToolbox and ODK submissions."""
