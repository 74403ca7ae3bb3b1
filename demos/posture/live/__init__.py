"""The view of the webcam."""
