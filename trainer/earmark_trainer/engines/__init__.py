"""Engines run attempts at jobs somewhere; the only room whose processes load torch."""
