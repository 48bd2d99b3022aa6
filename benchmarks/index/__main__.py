"""``python -m benchmarks.index``."""

from benchmarks.index.run import main

main()
