"""What the trainer keeps: its database, who may use it, spectrograms and its signing key."""
