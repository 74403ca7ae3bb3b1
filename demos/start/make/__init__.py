"""What draws the story's pictures."""
