"""Small ASGI layers that know Gradio: its queues, its sessions and its page (ASGI specification, HTTP)."""
