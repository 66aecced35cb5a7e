"""What a trained network has learnt, and what its error is to be compared with. It
needs NumPy and SciPy alone."""
