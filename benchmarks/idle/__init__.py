"""What the embedded stack costs when nobody uses it: processor time and memory of each of its processes."""
