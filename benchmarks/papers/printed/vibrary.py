"""Vibrary (AES 2019), read off figure 3: test accuracy over training examples for each class."""

INSTRUMENTS = {10: 0.770, 20: 0.839, 40: 0.891, 80: 0.927}
"""Nine instruments, a set of the authors' own."""

GTZAN = {10: 0.306, 20: 0.358, 40: 0.451, 80: 0.588}
"""Ten genres."""

IDMT = {10: 0.205, 20: 0.232, 40: 0.269, 80: 0.432, 160: 0.712, 320: 0.854, 720: 0.901}
"""Twelve effects."""

UPLOAD_RATIO = (20, 80)
"""How much smaller spectrograms are than audio, section 2.2: from, to."""
