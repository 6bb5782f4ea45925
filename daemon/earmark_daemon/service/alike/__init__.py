"""Which sounds sound alike: like one of them, on a map, in groups."""
