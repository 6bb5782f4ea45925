"""One module for each data set: what is there, what is missing, what its labels say."""
