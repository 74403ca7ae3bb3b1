"""What stays where: in the visitor's browser, in memory, on the disk, elsewhere; and what of it is told."""
