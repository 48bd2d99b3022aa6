"""The project package: settings and entry points, nothing else."""
