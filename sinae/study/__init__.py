"""The blog post's networks and ours: the recipes, what they reached, and what that says of the post."""
