"""The view of a set after it: each repetition, the curve, fade, symmetry, history, files to take away."""
