"""``python -m devstack``: start the whole stack in the foreground. Ctrl-C stops it."""

import asyncio
import sys


def main() -> int:
    """Run the supervisor. Returns the exit status."""
    from django.core.exceptions import ImproperlyConfigured

    from daoportal.settings.home import Home
    from daoportal.settings.launch import read_launch
    from devstack.console import StartError, fail
    from devstack.preflight import sole_owner
    from devstack.services import Services
    from devstack.stack import Stack

    try:
        launch = read_launch()
    except ImproperlyConfigured as error:
        return fail(str(error))
    home = Home(launch.home)
    services = Services(launch.database, launch.redis, launch.broker)
    try:
        with sole_owner(home):
            asyncio.run(Stack(home, launch.port, services).run())
    except StartError as error:
        return fail(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
