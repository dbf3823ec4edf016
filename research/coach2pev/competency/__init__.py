"""What coachees can do over time, and whether two coaches agree."""
