"""Beyond the plane: handwritten digits."""
