"""Who is in view, whom the coach follows, and which way is up."""
