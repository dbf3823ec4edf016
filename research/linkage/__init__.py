"""The two evaluations meet the trends: joint display, analyses, contribution story."""
