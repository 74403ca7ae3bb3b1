"""What the embedded model is trained on."""
