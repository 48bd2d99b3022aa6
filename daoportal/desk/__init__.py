"""What every list and record of the officers' side is made of. Only the audit log and the kernel lie below it."""
