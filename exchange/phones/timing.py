"""How long a call waited in line: from its Enqueue to the moment it was connected."""
