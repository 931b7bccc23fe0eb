# ruff: noqa: ANN001, ANN201, FBT003 -- the UNO bridge has neither types nor keyword arguments
"""Fills a form in a running LibreOffice; run by Debian's Python, which brings the UNO bridge (python3-uno).

Usage: python3 uno_fill.py PIPE JOB.json. The job names the form (`source`),
where to save it (`target`), and `fields`: for each the mark that stands in its
control, the `text` to put there, and `date` (ISO) or `ticked` where it is one.
"""

import json
import os
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException

WAIT_S = 90


def connect(pipe):
    """Return LibreOffice's desktop as soon as it listens on *pipe*."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    end = time.monotonic() + WAIT_S
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def fill(document, fields):
    """Put each field's answer where its mark stands."""
    search = document.createSearchDescriptor()
    search.SearchRegularExpression = True
    search.SearchString = "@@[0-9]+@@"
    found = document.findAll(search)
    ranges = {found.getByIndex(index).getString(): found.getByIndex(index) for index in range(found.getCount())}
    for field in fields:
        place = ranges[field["mark"]]
        control = control_at(place)
        if "ticked" in field:
            control.Checked = field["ticked"]
        place.setString(field["text"])
        if "ticked" not in field:
            control.ShowingPlaceHolder = False
        if control.Date:
            control.CurrentDate = field["date"] + "T00:00:00Z" if field.get("date") else ""


def control_at(place):
    """Return the content control around *place*: the model finds no control by range, so its cell is looked through."""
    mark = place.getString()
    paragraphs = place.getText().createEnumeration()
    while paragraphs.hasMoreElements():
        portions = paragraphs.nextElement().createEnumeration()
        while portions.hasMoreElements():
            portion = portions.nextElement()
            if portion.TextPortionType == "ContentControl" and mark in text_of(portion.ContentControl):
                return portion.ContentControl
    raise LookupError(mark)


def text_of(control):
    """Return the text inside *control*; its own getString is empty in LibreOffice 7.4."""
    text = ""
    portions = control.createEnumeration()
    while portions.hasMoreElements():
        text += portions.nextElement().getString()
    return text


def main():
    """Open, fill, save and close the form of the job, then let LibreOffice end."""
    pipe, job = sys.argv[1], json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    desktop = connect(pipe)
    hidden, word = PropertyValue(), PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    word.Name, word.Value = "FilterName", "MS Word 2007 XML"
    document = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, (hidden,))
    fill(document, job["fields"])
    document.storeToURL(Path(job["target"]).as_uri(), (word,))
    document.close(True)
    end(desktop)


def end(desktop):
    """Let LibreOffice end, and this process at once: the bridge may crash while it is taken down after its peer."""
    try:
        desktop.terminate()
    except DisposedException:
        sys.stderr.write("LibreOffice had gone before it answered\n")
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
