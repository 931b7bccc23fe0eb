"""Whether a form can be taken: its schema, then the rules at the door."""
