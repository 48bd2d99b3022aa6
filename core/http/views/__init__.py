"""The API's own addresses: its schema, its documentation, its problems, the portal's health."""
