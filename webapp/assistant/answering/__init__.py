"""Composing answers: a question in, a stream of events out, every figure with its source.

Its parts import each other one way: `answer` is the top, and whoever needs it names it.
"""
