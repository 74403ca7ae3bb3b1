"""Two models on the same text; start with `predictions.py`."""
