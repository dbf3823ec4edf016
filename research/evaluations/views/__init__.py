"""Pages that bring the rooms together: the only modules of this room that read visits, stock and observations."""
