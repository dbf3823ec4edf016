"""English as far as it differs from Django: hours as the French pages write them, no day that reads as a month."""

DATETIME_FORMAT = "N j, Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y H:i"
