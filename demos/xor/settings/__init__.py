"""What can be set, as one value, as controls and as a link."""
