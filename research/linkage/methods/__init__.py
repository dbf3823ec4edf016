"""Estimators of what an innovation did: values in, values out. What fits a model is loaded by workers only."""
