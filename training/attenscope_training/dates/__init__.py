"""Dates as people write them, in English and Chinese, to ISO 8601: an LSTM that attends to an LSTM, letter by letter."""
