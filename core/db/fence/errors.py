"""What a worker is told that came too late."""


class LockLost(Exception):
    """Another worker took the lock and has written since; nothing of this transaction was written."""

    def __init__(self, name: str, token: int) -> None:
        self.name, self.token = name, token
        super().__init__(f"the lock {name!r} has a newer holder than token {token}")
