"""The view that trains: texts, sizes, a training in its own thread."""
