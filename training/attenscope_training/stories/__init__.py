"""The story teller: a small Llama trained on TinyStories (Eldan & Li 2023, arXiv:2305.07759)."""
