"""Codes of the data elements that carry the monthly measures of stock."""

REPORTS, DAYS_OUT = "STOCK_REPORTS", "STOCK_DAYS_OUT"
