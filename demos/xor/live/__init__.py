"""The learners on the same points, side by side, live."""
