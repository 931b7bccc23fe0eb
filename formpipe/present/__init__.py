"""What documents say: a plan, or what was disclosed of it, as plain texts for a template.

Pure: texts, lists and dicts only, so that a template can do nothing but print
them. `docs/templates.md` lists every name.
"""

from formpipe.present.annex import annex_context
from formpipe.present.briefing import briefing_context
from formpipe.present.letterhead import Letterhead, Service, ServiceEntry, law_name, letterhead_of
from formpipe.present.plan import plan_context, withheld_keys

__all__ = [
    "Letterhead",
    "Service",
    "ServiceEntry",
    "annex_context",
    "briefing_context",
    "law_name",
    "letterhead_of",
    "plan_context",
    "withheld_keys",
]
