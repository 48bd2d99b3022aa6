from django.apps import AppConfig


class ExampleConfig(AppConfig):
    name = "testing.exampleapp"
    label = "exampleapp"
    verbose_name = "Example"

    def ready(self) -> None:
        """Register the contract, then what hangs on it."""
        from testing.exampleapp import chain  # noqa: F401, I001
        from testing.exampleapp import acts, handlers  # noqa: F401
