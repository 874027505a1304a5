"""Processes: which there are, how they start, what is watched, and what happens when one falls."""
