"""See ../README.md; start with `query.py`."""
