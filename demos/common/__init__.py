"""What every demo needs and no demo owns. Only `ui.py`, `lesson_strip.py` and `theme.py` here may import gradio."""
