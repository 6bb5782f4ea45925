"""Jobs: what was asked for, how far it is, whose turn it is and what came of it."""
