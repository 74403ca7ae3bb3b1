"""The lessons of this tab."""
