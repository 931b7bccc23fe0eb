"""The plain script that formpipe is measured beside: forms in, two documents each, as the libraries' manuals show it.

It does much less: no limits, no second reading, no rules, no fold, no search
for what was not released, and the templates' data are handed to it ready made.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from pathlib import Path

import jsonschema
from docx import Document
from docxtpl import DocxTemplate

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def main(forms: Path, data: Path, out: Path) -> None:
    """Take in each form of the folder *forms*; *data* holds template, data and key of each document."""
    documents = json.loads(data.read_text(encoding="utf-8"))
    book = sqlite3.connect(out / "book.sqlite")
    book.execute("CREATE TABLE forms (name TEXT PRIMARY KEY, answers TEXT)")
    for path in sorted(forms.glob("*.docx")):
        answers = {}
        for control in Document(str(path)).element.body.iter(f"{_W}sdt"):
            tag = control.find(f"{_W}sdtPr/{_W}tag")
            if tag is not None:
                answers[tag.get(f"{_W}val")] = "".join(each.text or "" for each in control.iter(f"{_W}t"))
        schema = {"type": "object", "properties": {key: {"type": "string", "maxLength": 5000} for key in answers}}
        jsonschema.validate(answers, schema)
        (out / path.name).write_bytes(path.read_bytes())
        for document in documents:
            template = DocxTemplate(document["template"])
            template.render(document["context"], autoescape=True)
            template.save(out / f"{path.stem}-{document['name']}.docx")
        book.execute("INSERT INTO forms VALUES (?, ?)", (path.name, json.dumps(answers)))
        book.commit()


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
