"""Which model answers: the registry, opening, exporting."""
