"""`make run`: everything on one machine by one command, with nothing installed but Python and make."""
