"""The pages of findings, of their evidence and of the chain."""
