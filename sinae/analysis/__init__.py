"""What a trained network has learnt, and what its error is to be compared with: with
NumPy and SciPy alone."""
