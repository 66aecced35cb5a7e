"""The model: families of signals, what a network is and how it is trained.
It imports nothing that lies above it."""
