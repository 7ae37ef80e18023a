"""Trains the dates model, which turns written dates into ISO 8601: an LSTM encoder–decoder with attention."""
