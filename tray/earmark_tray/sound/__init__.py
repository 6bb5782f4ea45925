"""Decoding, pictures and playback of sounds for the windows; knows nothing of Qt."""
