"""What every demo needs and no demo owns. Only its `ui` folder may import gradio."""
