"""Tests that the training commands define every option that their code reads."""

import importlib
import inspect
import re
import sys

import pytest


@pytest.mark.parametrize("name", ["stories", "translate", "sentiment", "dates"])
def test_every_option_that_is_read_can_be_given(name, monkeypatch):
    command = importlib.import_module(f"attenscope_training.{name}.__main__")
    monkeypatch.setattr(sys, "argv", [name])
    options = command.arguments()
    read = set(re.findall(r"\boptions\.(\w+)", inspect.getsource(command)))
    assert read and read <= set(vars(options))
    assert options.name == name and not options.yield_cores and options.export_only is None
