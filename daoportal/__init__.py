"""The project package: settings, entry points, the kernel and what is shared by every app."""
