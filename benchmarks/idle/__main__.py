"""``python -m benchmarks.idle``."""

from benchmarks.idle.run import main

main()
