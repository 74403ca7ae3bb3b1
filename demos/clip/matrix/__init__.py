"""See ../README.md; start with `compare.py`."""
