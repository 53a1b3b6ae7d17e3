"""What the progress message says, and what it is about for those who show it in another way."""

from __future__ import annotations

from core.automations.model import File
from core.bundle.events import FileClosed, FileGrew, FileOpened, PlanSeen, Said
from core.work.progress import Scene, running


def test_a_step_without_a_file_is_words() -> None:
    scene = Scene(2, stage="Reading 3 messages")
    reply = running(scene, "J1", 4.4)
    assert reply.text == "⏳ **v2** · Reading 3 messages … · 4 s"
    assert (reply.about["job"], reply.about["stage"], reply.about["files"]) == (
        "J1",
        "Reading 3 messages",
        [],
    )
    scene.stage = ""
    scene.note(PlanSeen(("a.py", "b.py")))
    assert running(scene, "J1", 5).about["stage"] == "Planning 2 files"


def test_files_are_told_with_their_lines_even_those_between_two_edits() -> None:
    scene = Scene(1, stage="")
    for event in (
        PlanSeen(("a.py", "b.py", "c.py")),
        FileOpened("a.py"),
        FileClosed(File("a.py", "one\n")),
        Said("And now:"),
        FileOpened("b.py"),
        FileGrew("b.py", 7, 70),
    ):
        scene.note(event)
    reply = running(scene, "J1", 9)
    assert "Writing `b.py` (file 2 of 3, 7 lines)" in reply.text
    assert reply.about == {
        "job": "J1",
        "stage": "",
        "path": "b.py",
        "file": 2,
        "of": 3,
        "lines": 7,
        "files": [{"path": "a.py", "lines": 1}, {"path": "b.py", "lines": 7}],
    }
