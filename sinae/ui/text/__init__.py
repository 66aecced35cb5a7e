"""What the pages say: numbers and states put into sentences."""
