"""What the evaluation publishes every month as data values."""
