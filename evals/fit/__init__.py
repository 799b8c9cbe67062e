"""The fits of the small models: each writes the plain numbers that the assistant reads."""
