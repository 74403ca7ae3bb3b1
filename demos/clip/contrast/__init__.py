"""How it learned: a tiny two-tower model that learns images and captions before one's eyes."""
