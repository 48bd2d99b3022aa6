"""What every template may ask."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from core.checks import demo_wallet_allowed


def portal(request: HttpRequest) -> dict[str, object]:
    """Return the site's names, the mode, the public address and whether the page may announce the demo
    wallet.

    The demo wallet needs the switch and the mode and the chain: a switch alone, set where a check was
    silenced, shows nothing.
    """
    return {
        "site_name": settings.PORTAL_NAME,
        "body_name": settings.PORTAL_BODY,
        "place_name": settings.PORTAL_PLACE,
        "portal_mode": settings.PORTAL_MODE,
        "public_url": settings.PUBLIC_URL,
        # Never the request's: the page that refuses a foreign host name is made of the same parts.
        "public_host": urlsplit(settings.PUBLIC_URL).netloc,
        "chain_id": settings.CHAIN_ID,
        "demo_wallet": bool(settings.PORTAL_DEMO_WALLET) and demo_wallet_allowed(),
    }
