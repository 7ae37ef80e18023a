"""Dates as people write them, to ISO 8601: an LSTM that attends to an LSTM, letter by letter."""
