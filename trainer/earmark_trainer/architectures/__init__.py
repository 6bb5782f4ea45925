"""The networks: one module for each published system, and the registry that names them.

What the papers say of a system and `benchmarks/papers/` alone asks for stands with it all the same:
other windows (`Architecture.with_window`), variants, combinations, published weights.
"""
