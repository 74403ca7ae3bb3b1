"""The view that matches images against words."""
