"""The view of a video: read, analysed from beginning to end, shown."""
