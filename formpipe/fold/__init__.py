"""All forms of a case in the order of their dates, as versions of a plan."""
