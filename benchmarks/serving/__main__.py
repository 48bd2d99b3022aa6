"""``python -m benchmarks.serving``."""

from benchmarks.serving.run import main

main()
