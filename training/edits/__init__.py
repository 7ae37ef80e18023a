"""Edits as hooks on transformers' and our own PyTorch models, for goldens_edits.py."""
