"""The networks of the blog post and ours: their recipes, the errors that they reached, and what
these say about the post's claims."""
