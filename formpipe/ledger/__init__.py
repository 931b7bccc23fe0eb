"""The ledger: what came in, what was decided, which plans and documents follow."""

from formpipe.ledger.ledger import Book, Ledger, open_ledger

__all__ = ["Book", "Ledger", "open_ledger"]
