"""Makes what the repository carries: weights, sample clips, the opening picture; and the videos of `render`."""
