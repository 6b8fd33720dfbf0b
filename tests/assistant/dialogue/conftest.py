"""The conversations and cars of the answers' tests."""

from tests.assistant.answering.conftest import garage, passages, talk

__all__ = ["garage", "passages", "talk"]
