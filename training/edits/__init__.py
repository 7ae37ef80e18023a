"""Computes the results of edits by hooks on PyTorch models, for goldens_edits.py."""
