"""Types into a Word form the way a person does in LibreOffice; runs under the interpreter that has `uno`.

Usage: uno_type.py SOFFICE PROFILE SOURCE TARGET < JSON

The JSON on stdin is a list of steps `{"hint", "place", "text"}`: *text* is
typed over the *place*-th (from 0) of the texts *hint* on the form. Words go
through the dispatcher (`.uno:InsertText` at the selection), which obeys the
form's protection, and not through the document model, which does not. A step
without a text presses the space bar there, which ticks a box. LibreOffice is
ended in any case, also when this program is told to end.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, TypeAlias

import uno
from com.sun.star.awt import KeyEvent
from com.sun.star.awt.Key import SPACE
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

Uno: TypeAlias = Any

START_S = 60
WORD = "MS Word 2007 XML"


def property_of(name: str, value: Uno) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connected(pipe: str) -> Uno:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    deadline = time.monotonic() + START_S
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def found_in(document: Uno, words: str) -> list[Uno]:
    search = document.createSearchDescriptor()
    search.SearchString = words
    search.SearchCaseSensitive = True
    ranges = document.findAll(search)
    return [ranges.getByIndex(index) for index in range(ranges.Count)]


def typed(document: Uno, dispatcher: Uno, toolkit: Uno, steps: list[dict[str, Uno]]) -> None:
    """Do the steps; the places of a hint are taken before the first of them changes."""
    controller = document.CurrentController
    places = {hint: found_in(document, hint) for hint in {step["hint"] for step in steps}}
    for step in steps:
        controller.select(places[step["hint"]][step["place"]])
        if "text" in step:
            words = (property_of("Text", step["text"]),)
            dispatcher.executeDispatch(controller.Frame, ".uno:InsertText", "", 0, words)
        else:
            press_space(toolkit, controller.Frame.ComponentWindow)


def press_space(toolkit: Uno, window: Uno) -> None:
    """Press the space bar in *window*; key presses are posted, so the office needs a moment."""
    key = KeyEvent()
    key.Source, key.KeyChar, key.KeyCode = window, " ", SPACE
    toolkit.keyPress(key)
    toolkit.keyRelease(key)
    time.sleep(0.5)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    soffice, profile, source, target = sys.argv[1:]
    steps = json.load(sys.stdin)
    pipe = f"formpipe{os.getpid()}"
    office = subprocess.Popen(
        [
            soffice,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            "--nodefault",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        context = connected(pipe)
        manager = context.ServiceManager
        desktop = manager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        dispatcher = manager.createInstanceWithContext("com.sun.star.frame.DispatchHelper", context)
        toolkit = manager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
        document = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, ())
        typed(document, dispatcher, toolkit, steps)
        document.storeToURL(Path(target).as_uri(), (property_of("FilterName", WORD),))
        document.dispose()
    finally:
        os.killpg(office.pid, signal.SIGKILL)
        office.wait()


if __name__ == "__main__":
    main()
