"""Readers: the bytes of a dropped file become a `FilledForm`; nothing is parsed or judged."""
