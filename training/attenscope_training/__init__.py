"""Trains, evaluates and exports the checkpoints under models/."""
