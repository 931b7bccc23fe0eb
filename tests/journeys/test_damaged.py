"""A damaged PDF that could be mended to be read: shown by `extract` with a flag, never taken by `run`."""

from __future__ import annotations

import json

from make_forms import forms_of, load_case
from roots import Root, command


def test_a_repaired_form_is_shown_and_never_taken(root: Root) -> None:
    whole = root.filled(forms_of(load_case("new"))[0], fmt="pdf")
    data = whole[: whole.rindex(b"startxref")] + b"startxref\n7\n%%EOF\n"
    sha256 = root.drop("Bogen.pdf", data)
    shown = command("extract", "--format", "json", str(root.path / "inbox" / "Bogen.pdf"))
    assert shown.exit_code == 0
    fields = json.loads(shown.out)["fields"]
    assert any(field["state"] == "filled" for field in fields)
    assert all("repaired" in field["flags"] for field in fields)
    ran = root.run()
    row = next(each for each in ran.rows if each["sha256"] == sha256)
    assert (row["outcome"], row["reason"], row["case"], ran.exit_code) == ("rejected", "damaged", None, 3)
    assert list(root.files("outbox", "hinweise")) == [f"{sha256[:12]}-nicht-lesbar.txt"]
