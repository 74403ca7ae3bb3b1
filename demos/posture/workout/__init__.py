"""A workout before the camera: getting into place, sets and rests, and what is said meanwhile."""
