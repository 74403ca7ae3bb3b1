"""Makes the embedded model: published trunk and sentence encoder in, two towers out."""
