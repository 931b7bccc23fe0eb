# ruff: noqa: ANN001, ANN201, FBT003, BLE001, T201 -- the UNO bridge has neither types nor keyword arguments
"""Keeps one LibreOffice and turns the documents it is told of into PDF, one after the other.

Run by Debian's Python, which brings the UNO bridge (python3-uno):

    python3 uno_worker.py SOFFICE PROFILE PIPE

Each line of stdin is a JSON object with `source`, `target` and `filter` (the
export's settings); each is answered by a line on stdout with `memory_kb`, the
resident memory of this process group before that document, as is the start.
An answer proves nothing; the file does.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

OPTIONS = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
NEVER = 0  # of both MacroExecMode and UpdateDocMode
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


def start(soffice, profile, pipe):
    """Start LibreOffice and return its desktop."""
    office = subprocess.Popen(
        [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", *OPTIONS, f"--accept=pipe,name={pipe};urp;"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if office.poll() is not None:
                sys.exit(1)
            time.sleep(0.05)


def convert(desktop, job):
    """Write the document that *job* names as PDF."""
    how = {"Hidden": True, "ReadOnly": True, "FilterName": "MS Word 2007 XML"}
    how |= {"MacroExecutionMode": NEVER, "UpdateDocMode": NEVER}
    document = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, values(how))
    try:
        settings = uno.Any("[]com.sun.star.beans.PropertyValue", values(job["filter"]))
        export = values({"FilterName": "writer_pdf_Export", "FilterData": settings})
        document.storeToURL(Path(job["target"]).as_uri(), export)
    finally:
        document.close(True)


def values(settings):
    """Return *settings* as UNO's property values."""
    made = []
    for name, value in settings.items():
        each = PropertyValue()
        each.Name, each.Value = name, value
        made.append(each)
    return tuple(made)


def memory_kb():
    """Return the resident memory of this process group, which LibreOffice belongs to."""
    group, pages = str(os.getpgrp()), 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            numbers = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if numbers[2] == group:
            pages += int(numbers[21])
    return pages * PAGE_KB


def main():
    """Serve until stdin ends."""
    desktop = start(*sys.argv[1:])
    memory = memory_kb()
    print(json.dumps({"memory_kb": memory}), flush=True)
    for line in sys.stdin:
        failed = ""
        try:
            convert(desktop, json.loads(line))
        except Exception as error:
            failed = type(error).__name__
        print(json.dumps({"failed": failed, "memory_kb": memory}), flush=True)
        memory = memory_kb()  # while the other side proves the file


main()
