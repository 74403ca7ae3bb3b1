"""Whether a line exists, and the proof where none does."""
