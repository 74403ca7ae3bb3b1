"""The view of the image tower alone: its layers, and the 1,000 classes that it was trained on. `stages.py` first."""
