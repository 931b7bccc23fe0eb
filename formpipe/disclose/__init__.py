"""What the Jobcenter learns: an allow-list over the plan by the client's releases."""
