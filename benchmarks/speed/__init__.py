"""How quick and how small the daemon is: `make bench` runs all of it."""
