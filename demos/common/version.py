"""The version of Glassbox: that of pyproject.toml, which is not everywhere where the app runs."""

VERSION = "1.0.0"
