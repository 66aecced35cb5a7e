"""The blog post's networks and ours: their recipes, what they reached, and
what that says of the post."""
