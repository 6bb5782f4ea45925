"""HTTP: the gate, the routes and the composition of the other rooms into a service."""
