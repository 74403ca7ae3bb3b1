"""The net to take along: files, pictures and links."""
