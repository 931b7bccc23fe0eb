"""German for the people who fill forms: findings, reasons, letters."""
