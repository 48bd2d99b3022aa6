"""The same pages over the same data by several servers: which serves HTTP best."""
