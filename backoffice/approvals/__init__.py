"""What needs two officers: one asks, a second agrees.

Halves on chain are read from the chain and shown as tasks (:func:`backoffice.approvals.tasks.half`). What is
decided off the chain is a row here (:class:`~backoffice.approvals.models.Approval`) of a registered kind.
"""
