"""Images on their way in and out: read as they are found, cut to what a model sees, made small for the page."""
