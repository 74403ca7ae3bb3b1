"""Models by their files: carried, fetched, made and kept open."""
