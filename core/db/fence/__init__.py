"""Locks whose holder is checked where it writes: a worker that slept past its lock can't write any more."""
