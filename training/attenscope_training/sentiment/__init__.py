"""Sentiment of English sentences: an LSTM with attention pooling, trained on SST-2 (Socher et al. 2013)."""
