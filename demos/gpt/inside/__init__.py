"""The view that looks inside: a forward pass with everything kept, read layer by layer."""
