"""What people say of sounds, and which sounds they are asked about."""
