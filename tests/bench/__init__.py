"""`make bench`: how long the real import and the refreshes take, beside what is physically there to beat."""
