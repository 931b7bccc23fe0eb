"""Documents: Word templates merged, turned into PDF, and freed of what a reader should not find in them."""
