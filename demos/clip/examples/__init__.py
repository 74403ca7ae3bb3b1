"""Labels by example: a few images, words, or both make a label."""
