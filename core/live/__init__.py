"""What people follow live: one broadcaster a process, and the sockets of ``/ws/events``."""
