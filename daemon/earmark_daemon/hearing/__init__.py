"""How a sound sounds: decoding, the front end, models, and the processes that run them."""
