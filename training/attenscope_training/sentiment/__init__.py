"""Trains the sentiment model for English sentences: an LSTM with attention pooling, on SST-2 (Socher et al. 2013)."""
