"""The outbox: signed acts on their way to the chain.

    act received -> claimed by a transaction that is stored signed -> sent -> mined -> final

The key here pays gas and carries no right: what an act may do is decided by the contract from the person's
signature. Every step can be cut off by a kill and is taken up again from the rows; two workers at once are
kept apart by the unique (sender, nonce) and by claiming acts in the transaction that stores the nonce.
"""
