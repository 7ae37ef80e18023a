"""Trains the story model: a small Llama, on TinyStories (Eldan & Li 2023, arXiv:2305.07759)."""
