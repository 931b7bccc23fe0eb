"""What the Jobcenter was told, as text and JSON for the terminal: asked for by name, so values are shown."""

from __future__ import annotations

from typing import Any

from formpipe.pipeline.sent import Paper, Sent


def sent_data(sent: Sent) -> dict[str, Any]:
    """Return an approved paper as JSON data."""
    return {
        "version": sent.version,
        "checksum": sent.checksum,
        "recipient": sent.recipient,
        "approved_on": sent.approved_on.isoformat(),
        "on": sent.day.isoformat(),
        "state": sent.state.value,
        "releases": list(sent.scopes),
    }


def sent_text(sent: Sent) -> str:
    """Return an approved paper as a line of text."""
    scopes = ", ".join(sent.scopes)
    head = f"{sent.day.isoformat()}  {sent.state.value:<15}  v{sent.version}  {sent.checksum}"
    return f"{head}  to {sent.recipient or '-'}  ({scopes}; approved {sent.approved_on.isoformat()})"


def paper_data(paper: Paper) -> dict[str, Any]:
    """Return a paper and all it tells as JSON data."""
    return {
        "version": paper.version,
        "on": paper.on.isoformat(),
        "checksum": paper.checksum,
        "recipient": paper.recipient,
        "approved_on": None if paper.approved_on is None else paper.approved_on.isoformat(),
        "values": [
            {
                "key": each.key,
                "value": each.text,
                "scope": each.scope,
                "consent_id": each.consent_id,
                "granted_on": each.granted_on,
            }
            for each in paper.told
        ],
    }


def paper_text(paper: Paper) -> str:
    """Return a paper as lines of text, one for each value."""
    state = "draft" if paper.approved_on is None else f"approved {paper.approved_on.isoformat()}"
    lines = [f"v{paper.version}  for {paper.on.isoformat()}  {paper.checksum}  to {paper.recipient or '-'}  ({state})"]
    for each in paper.told:
        release = f"{each.scope} {each.consent_id or '-'} of {each.granted_on or '-'}"
        lines.append(f"  {each.key:<44} {each.text}  [{release}]")
    return "\n".join(lines)
