"""A link for a class, its QR code, large type for a projector, and a fresh start for the next class."""
