"""The ledger on a real SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from formpipe.errors import StorageError
from formpipe.ledger import Ledger, chain, documents, forms, open_ledger, plans
from formpipe.ledger.documents import DocumentRow, PublishedRow
from formpipe.ledger.forms import Decision, NewForm
from formpipe.ledger.ledger import REVISION, key_of
from formpipe.ledger.migrate import MIGRATIONS
from formpipe.ledger.place import refuse_share
from formpipe.ledger.plans import PlanRow
from formpipe.ledger.seal import Seal, look_at_seal, set_seal
from formpipe.ledger.tables import metadata
from formpipe.model import CaseNumber, Sha256

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
CASE = CaseNumber("MA-CAR-2026-0001")
OTHER = CaseNumber("MA-CAR-2026-0002")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "archive" / "ledger.sqlite")
    yield opened
    opened.close()


def new_form(number: int, **values: object) -> NewForm:
    fixed: dict[str, object] = {
        "sha256": Sha256(f"{number:064x}"),
        "claim": f"claim{number}",
        "name_as_dropped": f"Muster {number}.docx",
        "received_at": AT + timedelta(minutes=number),
    }
    return NewForm(**(fixed | values))  # type: ignore[arg-type]  # a test's shorthand


def test_migrations_make_exactly_the_tables_of_the_program(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        difference = compare_metadata(MigrationContext.configure(book.connection), metadata)
    assert difference == []


def test_the_file_is_private_and_safe_against_power_cuts(ledger: Ledger, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    assert archive.stat().st_mode & 0o777 == 0o700
    assert (archive / "ledger.sqlite").stat().st_mode & 0o777 == 0o600
    assert (archive / "key").stat().st_mode & 0o777 == 0o600
    with ledger.transaction() as book:
        pragmas = {
            name: book.connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "secure_delete": 1}


def test_a_transaction_that_fails_leaves_nothing(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), ledger.transaction() as book:
        forms.add_form(book, new_form(1))
        raise ZeroDivisionError
    with ledger.transaction() as book:
        assert forms.by_sha256(book, f"{1:064x}") is None


def test_a_rehearsal_leaves_nothing(ledger: Ledger) -> None:
    with ledger.transaction(keep=False) as book:
        forms.add_form(book, new_form(1))
    with ledger.transaction() as book:
        assert forms.by_sha256(book, f"{1:064x}") is None


def test_a_form_is_received_until_it_is_decided_and_the_last_decision_counts(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        form_id = forms.add_form(book, new_form(1, case=CASE, kind="review", payload={"a": 1}))
        assert forms.by_id(book, form_id).outcome == "received"
        held_back = Decision(outcome="held", reason="waiting_for_intake", findings=[{"rule": "V02"}])
        forms.decide(book, form_id, held_back, at=AT)
        forms.decide(book, form_id, held_back, at=AT)
        held = forms.by_id(book, form_id)
        assert (held.outcome, held.reason, held.findings) == ("held", "waiting_for_intake", [{"rule": "V02"}])
        forms.decide(book, form_id, Decision(outcome="accepted", plan_version=2), at=AT)
        accepted = forms.by_id(book, form_id)
        assert (accepted.outcome, accepted.reason, accepted.plan_version) == ("accepted", None, 2)
        assert book.connection.execute(text("SELECT count(*) FROM decision")).scalar() == 2


def test_a_form_with_the_same_bytes_is_filled_in(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        first = forms.add_form(book, new_form(1))
        forms.decide(book, first, Decision(outcome="rejected", reason="unknown_form"), at=AT)
        again = forms.add_form(book, new_form(1, claim="later", case=CASE, kind="intake", payload={"a": 1}))
        row = forms.by_id(book, again)
    assert again == first
    assert (row.claim, row.case, row.seq) == ("later", CASE, 1)


def test_live_forms_of_a_case_come_in_order_of_arrival(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        for number in (1, 2, 3):
            forms.add_form(book, new_form(number, case=CASE, kind="review", payload={}))
        gone = forms.by_sha256(book, f"{2:064x}")
        assert gone is not None
        forms.decide(book, gone.id, Decision(outcome="rejected"), at=AT)
        forms.add_form(book, new_form(4, case=OTHER, kind="intake", payload={}))
        assert [row.seq for row in forms.of_case(book, CASE)] == [1, 3]
        assert [row.seq for row in forms.with_outcome(book, "rejected")] == [2]


def test_open_forms_are_found_without_looking_at_all_others(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        for number in range(4):
            forms.add_form(book, new_form(number, case=CASE, payload={}))
        for number, outcome in ((1, "held"), (2, "accepted"), (3, "rejected")):
            row = forms.by_sha256(book, f"{number:064x}")
            assert row is not None
            forms.decide(book, row.id, Decision(outcome=outcome), at=AT)
        assert [row.seq for row in forms.with_outcome(book, "received")] == [1]
        assert [row.seq for row in forms.with_outcome(book, "held")] == [2]
        assert [row.seq for row in forms.with_outcome(book, "accepted", "held")] == [2, 3]
        steps = book.connection.execute(text("EXPLAIN QUERY PLAN SELECT * FROM form WHERE open = 1")).all()
        assert "ix_form_open" in str(steps)
        forms.add_form(book, new_form(3, case=CASE, payload={}))  # refused before, taken now
        assert [row.seq for row in forms.with_outcome(book, "received")] == [1, 4]


def test_a_ledger_of_the_first_version_is_brought_up_to_date_and_sealed_anew(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "archive" / "ledger.sqlite"
    with ledger.transaction() as book:
        for number, outcome in ((1, "held"), (2, "accepted"), (3, None)):
            form_id = forms.add_form(book, new_form(number))
            if outcome:
                forms.decide(book, form_id, Decision(outcome=outcome), at=AT)
    ledger.close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DROP TABLE briefing")
        raw.execute("DROP INDEX ix_form_open")
        raw.execute("ALTER TABLE form DROP COLUMN open")
        raw.execute("UPDATE alembic_version SET version_num = '0001'")
    set_seal(path, key_of(path))
    again = open_ledger(path)
    with again.transaction() as book:
        marks = book.connection.execute(text("SELECT open FROM form ORDER BY seq")).scalars().all()
    again.close()
    assert marks == [1, 0, 1]
    assert look_at_seal(path, key_of(path)) is Seal.WHOLE


def test_what_an_up_to_date_ledger_says_it_is_is_the_newest_of_the_migrations(ledger: Ledger) -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == REVISION
    with ledger.transaction() as book:
        assert book.connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [REVISION]


def test_same_answers_compare_numbers_only_where_both_have_one(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        forms.add_form(book, new_form(1, case=CASE, case_typed=True, answers=b"a", payload={}))
        assert forms.same_answers(book, b"b", case_typed=None) is None
        same = forms.same_answers(book, b"a", case_typed=CASE)
        assert same is not None
        assert same.seq == 1
        assert forms.same_answers(book, b"a", case_typed=None) == same
        assert forms.same_answers(book, b"a", case_typed=OTHER) is None
        forms.decide(book, same.id, Decision(outcome="rejected"), at=AT)
        assert forms.same_answers(book, b"a", case_typed=CASE) is None


def test_the_same_person_in_another_case_is_found_by_a_keyed_hash(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        forms.add_form(book, new_form(1, case=CASE, person=b"muster", payload={}))
        forms.add_form(book, new_form(2, case=OTHER, person=b"muster", payload={}))
        assert forms.same_person(book, b"muster", but=OTHER) == [CASE]
        assert forms.same_person(book, b"beispiel", but=OTHER) == []
        stored = book.connection.execute(text("SELECT person_key FROM form WHERE seq = 1")).scalar()
        assert stored == book.keyed(b"muster")


@pytest.mark.parametrize(("taken", "expected"), [([], "0001"), (["0001"], "0002"), (["0099", "0007"], "0100")])
def test_the_next_number_is_above_all_of_its_year(ledger: Ledger, taken: list[str], expected: str) -> None:
    with ledger.transaction() as book:
        for number, end in enumerate(taken):
            forms.add_form(book, new_form(number, case=CaseNumber(f"MA-CAR-2026-{end}"), payload={}))
        forms.add_form(book, new_form(50, case=CaseNumber("MA-CAR-2025-0500"), payload={}))
        forms.add_form(book, new_form(51, case=CaseNumber("MA-DIA-2026-0600"), payload={}))
        found = forms.next_case_number(book, prefix="MA", carrier="CAR", year=2026)
    assert found == f"MA-CAR-2026-{expected}"


def test_a_returned_form_leaves_a_keyed_hash_and_no_more(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.transaction() as book:
        for _ in range(2):
            forms.note_returned(book, b"Parwana", claim="c1", rule="V01", at=AT)
        rows = book.connection.execute(text("SELECT id, bytes_key, rule FROM returned")).all()
        assert [tuple(row) for row in rows] == [("c1", book.keyed(b"Parwana"), "V01")]
    assert b"Parwana" not in (tmp_path / "archive" / "ledger.sqlite").read_bytes()


def test_a_second_sighting_is_counted_once_for_each_drop(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        form_id = forms.add_form(book, new_form(1))
        assert not forms.seen_claim(book, "again")
        for _ in range(2):
            forms.note_sighting(book, form_id, claim="again", at=AT)
        assert forms.seen_claim(book, "again")
        assert book.connection.execute(text("SELECT count(*) FROM sighting")).scalar() == 1


def plan_row(version: int, checksum: str) -> PlanRow:
    return PlanRow(case=CASE, version=version, checksum=checksum, body={"version": version, "sum": checksum})


def test_plan_versions_are_kept_and_a_changed_one_gets_a_further_edition(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        assert plans.versions_of(book, CASE) == []
        assert plans.keep_plans(book, CASE, [plan_row(1, "a")], fold_version=1, at=AT)
        assert not plans.keep_plans(book, CASE, [plan_row(1, "a")], fold_version=1, at=AT)
        assert plans.keep_plans(book, CASE, [plan_row(1, "a"), plan_row(2, "b")], fold_version=1, at=AT)
        assert plans.keep_plans(
            book, CASE, [plan_row(1, "a"), plan_row(2, "c"), plan_row(3, "d")], fold_version=1, at=AT
        )
        assert [(row.version, row.checksum) for row in plans.versions_of(book, CASE)] == [(1, "a"), (2, "c"), (3, "d")]
        old = plans.by_checksum(book, "b")
        assert old is not None
        assert old.body == {"version": 2, "sum": "b"}
        assert plans.by_checksum(book, "x") is None
        assert book.connection.execute(text("SELECT count(*) FROM plan")).scalar() == 4
        assert plans.case_numbers(book) == [CASE]


def test_fewer_versions_hide_the_later_ones_and_keep_them(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        plans.keep_plans(book, CASE, [plan_row(1, "a"), plan_row(2, "b")], fold_version=1, at=AT)
        assert plans.keep_plans(book, CASE, [plan_row(1, "a")], fold_version=1, at=AT)
        assert [row.version for row in plans.versions_of(book, CASE)] == [1]
        assert plans.keep_plans(book, CASE, [plan_row(1, "a"), plan_row(2, "b")], fold_version=1, at=AT)
        assert [row.checksum for row in plans.versions_of(book, CASE)] == ["a", "b"]
        plans.keep_plans(book, CASE, [], fold_version=1, at=AT)
        assert plans.case_numbers(book) == []


def owed_row(name: str, **values: object) -> DocumentRow:
    fixed: dict[str, object] = {
        "case": CASE,
        "plan_checksum": "a",
        "version": 1,
        "name": name,
        "format": "docx",
        "path": f"{CASE}/{name}.docx",
    }
    return DocumentRow(**(fixed | values))  # type: ignore[arg-type]  # a test's shorthand


def test_a_document_is_owed_once_for_a_version_and_day(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        for _ in range(2):
            documents.owe(book, owed_row("plan"), at=AT)
            documents.owe(book, owed_row("briefing", on=date(2026, 11, 25)), at=AT)
            documents.owe(book, owed_row("briefing", on=date(2026, 11, 26)), at=AT)
        assert sorted((row.name, str(row.on)) for row in documents.owed(book)) == [
            ("briefing", "2026-11-25"),
            ("briefing", "2026-11-26"),
            ("plan", "None"),
        ]


def test_a_made_document_is_no_longer_owed(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        documents.owe(book, owed_row("plan"), at=AT)
        documents.owe(book, owed_row("annex"), at=AT)
        annex, plan = documents.owed(book)
        documents.mark_failed(book, plan.id, "SetupError")
        assert documents.by_id(book, plan.id).error == "SetupError"
        documents.mark_made(book, plan, Sha256("f" * 64), at=AT)
        documents.drop_owed(book, annex.id)
        documents.drop_owed(book, plan.id)
        (row,) = documents.documents_of(book, CASE, "a")
        assert (row.name, row.object, row.error) == ("plan", "f" * 64, None)
        assert list(documents.owed(book)) == []


def test_what_is_published_is_known_by_path_case_and_form(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        ours = PublishedRow(path="a/b.docx", sha256=Sha256("1" * 64), case=CASE)
        documents.note_published(book, ours, at=AT)
        documents.note_published(book, PublishedRow(path="k/c.txt", sha256=Sha256("2" * 64), form_id="f1"), at=AT)
        assert documents.published_at(book, "a/b.docx") == ours
        assert documents.published_for(book, case=CASE) == [ours]
        assert [row.path for row in documents.published_for(book, form_id="f1")] == ["k/c.txt"]
        documents.note_gone(book, "a/b.docx")
        assert documents.published_at(book, "a/b.docx") is None


def test_the_chain_finds_any_changed_dropped_or_swapped_entry(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        for number in range(5):
            chain.append(book, "received", subject=f"s{number}", at=AT, case=CASE, content="x")
        assert chain.broken_at(book) is None
    for damage in (
        "UPDATE chain SET event = 'accepted' WHERE number = 3",
        "DELETE FROM chain WHERE number = 3",
        "UPDATE chain SET subject = CASE number WHEN 2 THEN 's2' WHEN 3 THEN 's1' ELSE subject END",
    ):
        with ledger.transaction(keep=False) as book:
            book.connection.execute(text(damage))
            assert chain.broken_at(book) in {2, 3, 4}


def test_the_chain_holds_no_case_number(ledger: Ledger) -> None:
    with ledger.transaction() as book:
        chain.append(book, "received", subject="s", at=AT, case=CASE, content="inhalt")
        row = book.connection.execute(text("SELECT case_key, content_key FROM chain")).one()
    assert CASE not in tuple(row)
    assert "inhalt" not in tuple(row)


def test_a_busy_ledger_is_a_storage_error(ledger: Ledger, tmp_path: Path) -> None:
    del ledger
    other = sqlite3.connect(tmp_path / "archive" / "ledger.sqlite", isolation_level=None)
    other.execute("PRAGMA journal_mode=DELETE")
    (tmp_path / "archive" / "ledger.sqlite").write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(StorageError) as caught:
        open_ledger(tmp_path / "archive" / "ledger.sqlite")
    assert "SQLITE_NOTADB" in caught.value.mend
    other.close()


def test_a_ledger_without_its_key_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    ledger.close()
    (tmp_path / "archive" / "key").unlink()
    with pytest.raises(StorageError, match="key is missing"):
        open_ledger(tmp_path / "archive" / "ledger.sqlite")
    (tmp_path / "archive" / "key").write_text("kein Schlüssel", encoding="utf-8")
    with pytest.raises(StorageError, match="key cannot be read"):
        open_ledger(tmp_path / "archive" / "ledger.sqlite")


def test_a_network_share_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"dev / ext4 rw 0 0\nsrv {tmp_path}/share cifs rw 0 0\n", encoding="utf-8")
    (tmp_path / "share" / "archive").mkdir(parents=True)
    refuse_share(tmp_path, mounts=mounts)
    refuse_share(tmp_path, mounts=tmp_path / "none")
    with pytest.raises(StorageError, match="network share"):
        refuse_share(tmp_path / "share" / "archive", mounts=mounts)


def test_an_error_of_the_database_tells_no_value(ledger: Ledger) -> None:
    with pytest.raises(StorageError) as caught, ledger.transaction() as book:
        forms.add_form(book, new_form(1))
        book.connection.execute(text("INSERT INTO meta VALUES ('Parwana', NULL)"))
    assert "Parwana" not in str(caught.value)
    assert caught.value.__cause__ is None
