"""Settings, the only place that reads the environment. Choose a module: embedded, test or production."""
