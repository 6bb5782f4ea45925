"""Which tags a sound gets: thresholds, names as evidence, and people's word above all."""
