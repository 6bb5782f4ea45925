"""The networks: one module for each published system, and the registry that names them."""
