"""New and quiet files: hints from the system, settling, and comparing disk with index."""
