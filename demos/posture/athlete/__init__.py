"""The synthetic athlete: exercises performed with known truth, and filmed. Start with `performance.py`."""
