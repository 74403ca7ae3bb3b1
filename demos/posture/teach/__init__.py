"""The view in which a visitor teaches an exercise of their own. Start with `propose.py`."""
