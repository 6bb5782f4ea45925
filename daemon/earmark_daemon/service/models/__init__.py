"""Which models there are, how one is taken in, and which answer."""
