"""The windows, each opened in a process of its own; they know the daemon's API alone."""
