"""Saying it in the file itself, without ever harming it."""
