"""The stages of a file's way, each a queue on disk and worker processes: hear, tag anew, write."""
