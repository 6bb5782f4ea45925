"""How right the ear is on packs it has never heard, and how the built-in model is made."""
