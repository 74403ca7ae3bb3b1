"""The synthetic athlete: exercises performed with known truth, and rendered. Start with `performance.py`."""
