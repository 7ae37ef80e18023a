"""The two recurrent models that docs/checkpoint-forms.md defines: a classifier and an encoder–decoder."""

from .classifier import ClassifierConfig, LstmClassifier
from .folder import load, save
from .seq2seq import LstmSeq2Seq, Seq2SeqConfig

__all__ = ["ClassifierConfig", "LstmClassifier", "LstmSeq2Seq", "Seq2SeqConfig", "load", "save"]
