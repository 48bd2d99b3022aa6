"""Domain events: what was decided, recorded once and told to whoever subscribed, at the level they wait for.

    register_event("spending.approved", SpendingApproved)

    @subscribe("spending.approved", level="final")
    def pay(fact: Fact) -> None: ...

``seen`` is as soon as the portal has read it, and may be withdrawn; ``final`` can't be any more.
"""
