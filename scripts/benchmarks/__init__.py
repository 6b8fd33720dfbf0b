"""Benchmarks behind `scripts/bench NAME`: figures with a yardstick of the same call."""
