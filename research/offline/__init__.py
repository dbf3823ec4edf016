"""Records written without a network, taken in once each when it is back."""
