"""Since when each site is exposed to the innovation: dated stages with their evidence, and how much of it it got."""
