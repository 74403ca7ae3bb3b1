"""What every demo needs and no demo owns. Only `ui.py` and `theme.py` here may import gradio."""
