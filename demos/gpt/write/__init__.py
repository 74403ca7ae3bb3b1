"""The view that writes: a tree of tokens, what could have stood at each place, and the passages on show."""
