"""A form's answers, typed: from what a person wrote to what a schema can check."""
