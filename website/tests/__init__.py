"""Tests of the pages about several apps."""
