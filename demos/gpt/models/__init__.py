"""Which model answers: the registry, loading, files of others, whole numbers for weights."""
