"""The process that serves the page: its loop, its health, what it tidies up, and its end."""
