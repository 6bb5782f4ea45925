"""From people's labels to a model: the jobs, what they learn from, and the place `here`."""
