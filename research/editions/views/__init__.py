"""Pages of the editions: writing them, and reading what was told."""
