"""The public words behind hashes of reasons."""
