"""Pictures made on the server: bars, charts, avatars, Markdown."""
