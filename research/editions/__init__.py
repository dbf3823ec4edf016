"""The semiannual edition: drafted from live data, worded and reviewed by people, then frozen whole."""
