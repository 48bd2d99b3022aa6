"""What every list and record of the officers' side is made of. Below it lie the audit log and the core."""
