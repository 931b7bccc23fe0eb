"""Word templates looked at before they are used: each kind of fault, where it stands; the shipped ones are sound."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from lxml import etree
from make_forms import forms_of, load_case
from marks_in import comments_in
from roots import Root

from formpipe.documents.convert import office_program
from formpipe.documents.package import members_of
from formpipe.documents.preflight import faults_of
from formpipe.documents.shapes import Names, Plain, Rows, shape_of
from formpipe.errors import SetupError
from formpipe.pipeline import preflight
from formpipe.pipeline.approved import FILE, approved_template
from formpipe.pipeline.opened import look_at
from formpipe.pipeline.preflight import look_at_templates, report_lines
from formpipe.settings import load_settings
from formpipe.wording.templates import fault_lines

pytestmark = pytest.mark.usefixtures("kept")

SAMPLES: list[Mapping[str, Any]] = [
    {"person": {"name": "", "born": "1990-01-02"}, "goals": [], "list": ["a"]},
    {"person": {"name": "Anna", "born": "1990-01-02"}, "goals": [{"title": "T", "steps": [{"who": ""}]}], "list": []},
]
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOX = (
    f'<w:r {_W} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
    "<w:p><w:r><w:t>{{ persn.name }}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def template(*lines: str, header: str = "", cell: str = "", box: bool = False) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    if cell:
        document.add_table(rows=1, cols=1).cell(0, 0).text = cell
    if box:
        document.add_paragraph()._p.append(parse_xml(_BOX))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def found(source: bytes, **more: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401
    shape = shape_of(SAMPLES)
    assert isinstance(shape, Names)
    return [(each.kind, each.name, each.near) for each in faults_of(source, shape, **more)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{{ persn.name }}", ("unknown_name", "persn", "person")),
        ("{{ person.nam }}", ("unknown_name", "person.nam", "name")),
        ("{{ person['nam'] }}", ("unknown_name", "person[nam]", "name")),
        ("{% for goal in goals %}{{ goal.titel }}{% endfor %}", ("unknown_name", "goal.titel", "title")),
        ("{% for x in goals[0].steps %}{{ x.wer }}{% endfor %}", ("unknown_name", "x.wer", "")),
        ("{% if persn %}x{% endif %}", ("unknown_name", "persn", "person")),
        ("{% if 1 %}x{% elif persn %}y{% endif %}", ("unknown_name", "persn", "person")),
        ("{% if 1 %}x{% else %}{{ persn }}{% endif %}", ("unknown_name", "persn", "person")),
        ("{% set a = persn %}", ("unknown_name", "persn", "person")),
        ("{{ persn if list else person.name }}", ("unknown_name", "persn", "person")),
        ("{{ [person.name, persn] | join(', ') }}", ("unknown_name", "persn", "person")),
        ("{{ goals }}", ("list_as_text", "goals", "")),
        ("{{ person }}", ("list_as_text", "person", "")),
        ("{{ goals if list }}", ("list_as_text", "", "")),
        ("{{ person.born }}", ("bare_date", "person.born", "")),
        ("Name: {{ person.name }}", ("unguarded", "person.name", "")),
        ("{{ person.name ", ("syntax", "", "")),
        ("{% for goal in goals %}", ("syntax", "", "")),
        ("{{ person.name | gibtesnicht }}", ("syntax", "", "")),
    ],
)
@pytest.mark.parametrize("place", ["paragraph", "header", "cell"])
def test_each_fault_is_found_wherever_it_stands(line: str, expected: tuple[str, str, str], place: str) -> None:
    source = {
        "paragraph": lambda: template("Vorher", line),
        "header": lambda: template("Vorher", header=line),
        "cell": lambda: template("Vorher", cell=line),
    }[place]()
    (fault,) = found(source)
    assert fault[0] == expected[0]
    if expected[0] != "syntax":
        assert fault == expected


@pytest.mark.parametrize(
    "lines",
    [
        ["{{ person.name }}", "{{ list | join(', ') }}", "{{ list[0] }}"],
        ["{%p for goal in goals %}", "{{ goal.title }} {{ loop.index }}", "{%p endfor %}"],
        ["{% if person.name %}Name: {{ person.name }}{% endif %}"],
        ["{% if person.other is defined %}x{% endif %}"],
        ["{% set a = goals %}{% for each in a %}{{ each.title }}{% endfor %}"],
        ["{% for a, b in goals %}{{ a }}{{ b }}{% endfor %}"],
        ["{% for a in goals %}{{ a.title }}{% else %}{{ person.name }}{% endfor %}"],
        ["{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1) }}"],
        ["{% set p.q = 1 %}"],
        [
            "{{ range(3) | length }}",
            "{{ (person.name, 1)[0] }}",
            "{{ 'x' if list }}",
            "{{ person.name if list else 'y' }}",
        ],
        ["{_{ wörtlich }_}"],
        ["Text ohne Felder"],
    ],
)
def test_what_is_right_is_left_alone(lines: list[str]) -> None:
    assert found(template(*lines)) == []


def test_a_text_box_is_looked_into_and_the_paragraph_around_it_is_not_blamed() -> None:
    source = template("Vorher", box=True)
    shape = shape_of(SAMPLES)
    assert isinstance(shape, Names)
    (fault,) = faults_of(source, shape)
    part, _, number = fault.spot.partition("#")
    node = list(etree.fromstring(members_of(source)[part]).iter())[int(number)]
    assert "".join(map(str, node.itertext())) == "{{ persn.name }}"


def test_a_name_that_the_jobcenter_never_learns_is_called_that() -> None:
    assert found(template("{{ sections }}"), elsewhere={"sections"}) == [("not_disclosable", "sections", "")]
    assert found(template("{{ person.sections }}"), elsewhere={"sections"})[0][0] == "unknown_name"


def test_shapes() -> None:
    shape = shape_of([{"a": "", "b": [1]}, {"b": [], "c": None, "d": "2026-01"}])
    assert shape == Names(
        inner={
            "a": Plain(may_be_empty=True),
            "b": Rows(inner=Plain()),
            "c": Plain(may_be_empty=True),
            "d": Plain(is_bare_date=True),
        },
        optional=frozenset({"a", "c", "d"}),
    )
    assert shape_of([[]]) == Rows(inner=None)


@pytest.mark.parametrize(
    "rule", ["syntax", "unknown_name", "not_disclosable", "list_as_text", "bare_date", "unguarded"]
)
def test_every_fault_has_its_words(rule: str) -> None:
    first, *more = fault_lines(rule, "person.nam", "name")
    assert first
    assert more == ["Gemeint ist vielleicht «name»."]
    assert fault_lines(rule, "x", "") == fault_lines(rule, "x", "")[:1]


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "office_program", lambda: None)


def doctor(root: Root) -> list[str]:
    reports = look_at_templates(load_settings(root.path), lambda: datetime(2026, 11, 22, tzinfo=UTC))
    return [f"{state} {report.name}: {told}" for report in reports for state, told in report_lines(report)]


def own(root: Root, name: str, data: bytes) -> Path:
    path = root.path / "templates" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.usefixtures("no_office")
def test_the_shipped_templates_are_sound(root: Root) -> None:
    lines = doctor(root)
    assert [line.split()[:2] for line in lines] == [
        ["ok", "integrationsplan.docx:"],
        ["ok", "anlage-v.docx:"],
        ["ok", "jobcenter-briefing.docx:"],
        ["ok", "einfache-sprache.docx:"],
    ]
    assert not (root.path / "outbox" / "vorlagen-pruefung").exists()


@pytest.mark.office
@pytest.mark.skipif(office_program() is None, reason="LibreOffice is not installed")
def test_the_briefing_is_short_as_usual_and_whole_at_its_largest(root: Root) -> None:
    for name in ("integrationsplan.docx", "anlage-v.docx"):
        own(root, name, template("{{ document.case }}"))
    line = doctor(root)[2]
    smallest, usual, largest = (int(each) for each in line.partition(": ")[2].split(" pages")[0].split(", "))
    assert smallest <= 2
    assert usual <= 3
    assert largest > usual


@pytest.mark.usefixtures("no_office")
def test_a_faulty_template_gets_comments_and_makes_no_document(root: Root, case1: bytes) -> None:
    own(root, "integrationsplan.docx", template("{{ persn.name }}", "{{ document.case }}", header="{{ document.cas }}"))
    lines = doctor(root)
    assert "missing integrationsplan.docx: unknown_name 'persn' at word/document.xml" in "\n".join(lines)
    copy = (root.path / "outbox" / "vorlagen-pruefung" / "integrationsplan-befunde.docx").read_bytes()
    summary, comment = comments_in(copy)[::-1][:2]
    assert comment.lines == ("Den Namen «persn» gibt es nicht.", "Gemeint ist vielleicht «person».")
    assert any("«document.cas»" in line for line in summary.lines)
    root.drop("aufnahme.docx", case1)
    ran = root.run()
    assert [row["outcome"] for row in ran.rows] == ["accepted"]
    assert ran.exit_code == 4
    assert "doctor --templates" in ran.err
    own(root, "integrationsplan.docx", template("{{ person.name }}", "Wort"))
    assert root.run().exit_code == 4  # better, and yet nobody has looked at it
    doctor(root)
    assert not list((root.path / "outbox" / "vorlagen-pruefung").iterdir())
    assert root.run().exit_code == 0


@pytest.mark.usefixtures("no_office")
def test_a_paper_for_the_client_is_made_of_an_approved_template_only(root: Root, case1: bytes) -> None:
    root.drop("aufnahme.docx", case1)
    assert root.run().exit_code == 0
    doctor(root)
    own(root, "einfache-sprache.docx", template("{{ person.name }}"))
    ran = root.command("render", "MA-STA-2026-0001", "--sheet")
    assert ran.exit_code == 4
    assert "einfache-sprache.docx" in ran.err
    assert "doctor --templates" in ran.err
    assert not [name for name in root.files("outbox") if "einfache-sprache" in name]
    doctor(root)
    assert root.command("render", "MA-STA-2026-0001", "--sheet").exit_code == 0


@pytest.fixture
def case1(root: Root) -> bytes:
    return root.filled(forms_of(load_case("new"))[0])


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize(
    ("data", "told"),
    [(b"kein Word", "is no Word file"), (template("{{ 1 / 0 }}"), "cannot be merged")],
)
def test_what_cannot_be_used_is_told(root: Root, data: bytes, told: str) -> None:
    own(root, "anlage-v.docx", data)
    assert told in "\n".join(doctor(root))


@pytest.mark.usefixtures("no_office")
def test_a_template_that_is_missing_is_told(root: Root, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "DOCUMENTS", {**preflight.DOCUMENTS, "plan": "fehlt.docx"})
    assert "cannot be read (FileNotFoundError)" in "\n".join(doctor(root))


def test_a_list_of_approved_templates_that_is_broken_stops_the_documents(root: Root) -> None:
    own(root, "anlage-v.docx", template("x"))
    looked = look_at(load_settings(root.path), lambda: datetime(2026, 11, 22, tzinfo=UTC))
    assert approved_template(looked, "anlage-v.docx").variables == frozenset()
    (root.path / "archive" / FILE).write_text("{", encoding="utf-8")
    with pytest.raises(SetupError, match="approved templates"):
        approved_template(looked, "anlage-v.docx")
    (root.path / "archive" / FILE).write_text("[]", encoding="utf-8")
    with pytest.raises(SetupError, match="last found sound"):
        approved_template(looked, "anlage-v.docx")
    assert approved_template(looked, "integrationsplan.docx").variables


@pytest.mark.usefixtures("no_office")
def test_the_command_exits_by_what_it_found(root: Root) -> None:
    assert root.command("doctor", "--templates").exit_code == 0
    own(root, "anlage-v.docx", template("{{ x }}"))
    ran = root.command("doctor", "--templates")
    assert ran.exit_code == 4
    assert "commented copy: vorlagen-pruefung/anlage-v-befunde.docx" in ran.out


@pytest.mark.usefixtures("no_office")
def test_a_template_that_takes_no_comments_is_told_on_the_terminal_only(
    root: Root, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "mark_docx", _refuse)
    own(root, "anlage-v.docx", template("{{ x }}"))
    lines = doctor(root)
    assert any("unknown_name 'x'" in line for line in lines)
    assert not any("commented copy" in line for line in lines)


def _refuse(*_: object) -> bytes:
    raise SetupError("no")
