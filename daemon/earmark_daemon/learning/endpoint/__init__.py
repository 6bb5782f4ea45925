"""A trainer on another machine: pairing, upload, jobs, results. Knows nothing of the index."""
