"""What can be asked of the daemon, and the socket on which it is asked."""
