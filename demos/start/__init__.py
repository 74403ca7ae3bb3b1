"""The first screen: from the perceptron to posture, and a class. `milestones.toml` lists what it tells."""
