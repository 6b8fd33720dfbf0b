"""Evaluation behind `scripts/evaluate`: what is measured, and the shipped sample files."""
