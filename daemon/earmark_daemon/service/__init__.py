"""Composes the rooms into a running daemon; the only place that knows more than one of them."""
