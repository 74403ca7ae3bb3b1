"""Scripts that make the weights of this repository and their cards."""
