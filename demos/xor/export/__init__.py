"""The net to take along: files, images and links."""
