"""Trains the translator, English to simplified Chinese: a small Marian (Junczys-Dowmunt et al. 2018, arXiv:1804.00344)."""
