"""See README.md; start with `model.py`."""
