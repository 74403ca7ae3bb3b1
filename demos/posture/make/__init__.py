"""Makes what the repository carries: weights, sample clips, the opening analysis; and the videos of `render`."""
