"""The connection to the chain: JSON-RPC over HTTP, several nodes, one question at a time."""

from contracts.client.nodes import NodeReport
from contracts.client.rpc import BlockTag, Client, Header, client, quantity

__all__ = ["BlockTag", "Client", "Header", "NodeReport", "client", "quantity"]
