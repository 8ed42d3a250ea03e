"""Measurements beside other tools; benchmarks/README.md has the commands."""
