"""Benchmarks: each prints one line a figure and writes JSON under ``results/``."""
