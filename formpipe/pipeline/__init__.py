"""The recipes: where the steps meet files, the ledger and the clock."""
