"""The verbs: where each is written and what it does, without loading any of them, nor Click."""

from __future__ import annotations

VERBS = {
    "init": ("formpipe.cli.setting_up", "Make a root for a carrier."),
    "doctor": ("formpipe.cli.setting_up", "Check that everything is in order."),
    "form": ("formpipe.cli.forms", "Write a blank or pre-filled form."),
    "extract": ("formpipe.cli.forms", "Print what stands on forms, any forms."),
    "check": ("formpipe.cli.forms", "Read and judge forms; change nothing."),
    "run": ("formpipe.cli.running", "Take in the inbox once and make what is owed."),
    "watch": ("formpipe.cli.watching", "Take in the inbox for ever."),
    "render": ("formpipe.cli.running", "Put documents into the outbox again."),
    "show": ("formpipe.cli.plans", "Print the plan of a case."),
    "explain": ("formpipe.cli.plans", "Print where a value of a plan comes from."),
    "briefing": ("formpipe.cli.plans", "Make the paper for the Jobcenter."),
    "print": ("formpipe.cli.printing", "Make one PDF of what is needed on a day."),
    "verify": ("formpipe.cli.keeping", "Check the record: objects, ledger, plans, audit chain."),
    "backup": ("formpipe.cli.keeping", "Copy the record into one file, also while it is in use."),
    "restore": ("formpipe.cli.keeping", "Bring a record back from a backup."),
}
