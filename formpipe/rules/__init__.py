"""The rules at the door: what a form must hold to by itself, whatever the case says."""
