"""Pages about several apps: home, help, errors, language."""
