"""The structure of audio files: where the audio payload lies and what stands around it."""
