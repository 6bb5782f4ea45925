"""From people's labels to a better model."""
