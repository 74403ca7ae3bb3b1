"""What can be chosen by name, one table each: read by training, page, command line, API and tests."""
