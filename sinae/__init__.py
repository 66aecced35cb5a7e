"""Sinae: train, probe and understand autoencoders of sine waves, live in the browser."""

import os

# Before NumPy is imported: its products are small here; a second thread would only spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
