"""The writing view."""
