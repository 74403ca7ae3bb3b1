"""From an image to a body: landmarks, smoothed, and the angles of its joints."""
