"""The view that measures on this machine what the coach is worth. Start with `run.py`."""
