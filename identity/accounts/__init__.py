"""The portal’s accounts. They carry no right on chain."""
