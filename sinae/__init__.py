"""Sinae: train, probe and understand autoencoders of sine waves, live in the browser."""
