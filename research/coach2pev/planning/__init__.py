"""Who is to be visited when, and who never is."""
