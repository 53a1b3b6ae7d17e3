"""A team and its versions, on both platforms over the real program: the patch, a comparison, an old version again."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.scenarios.answers import answers, bundle
from tests.scenarios.discord_team import discord_team
from tests.scenarios.slack_team import slack_team
from tests.scenarios.team import File, Message, Team

GIT = shutil.which("git")
FIRST = (
    ("main.py", "print('one')\n"),
    ("old name.py", "".join(f"N{n} = {n}\n" for n in range(9))),
    ("empty.py", ""),
)
SECOND = '<rename from="old name.py" to="новое.py"/>\n<delete path="empty.py"/>\n' + bundle(
    ("main.py", "print('two')\n"), ("run.sh", "#!/bin/sh\npython main.py\n")
)


@pytest.mark.parametrize("team", [slack_team, discord_team])
async def test_a_patch_a_comparison_and_an_old_version_again(
    team: Callable[..., AbstractAsyncContextManager[Team]], tmp_path: Path
) -> None:
    async with team(tmp_path) as it:
        it.model.respond(answers(bundle(*FIRST), SECOND))
        await it.open()
        await it.say("generate", mention=True)
        first = await it.delivered()
        assert not it.offers("Diff")
        await it.say("generate", mention=True)
        second = await it.delivered(2)
        assert [file.name for file in second.files][:2] == ["watch-prices-v2.zip", "v1-v2.diff"]
        applied(tmp_path, first, second.files[1], second)

        await it.press("Diff", who="Ben")
        patch: Message = await it.see(lambda: len(it.attached) == 3 and it.attached[-1])
        assert [file.name for file in patch.files] == ["v1-v2.diff"]
        shown = next(one for one in reversed(it.thread) if "v1 → v2" in one.text)
        assert "renamed from" in shown.text
        assert "-print('one')\n+print('two')" in shown.text

        await it.say("restore 1", mention=True)
        third: Message = await it.see(lambda: len(it.attached) == 4 and it.attached[-1])
        assert [file.name for file in third.files][:2] == ["watch-prices-v3.zip", "v2-v3.diff"]
        assert project(third) == project(first)
        assert await it.program.end() == 0


def project(message: Message) -> dict[str, bytes]:
    """Contents by path in the zip's project folder."""
    with zipfile.ZipFile(io.BytesIO(message.files[0].data)) as archive:
        own = archive.namelist()[0].partition("/")[0]
        return {
            name.removeprefix(f"{own}/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith(f"{own}/")
        }


def applied(folder: Path, first: Message, patch: File, second: Message) -> None:
    """Git makes the second version of the first one, byte for byte; without Git nothing is said."""
    if GIT is None:
        return
    with zipfile.ZipFile(io.BytesIO(first.files[0].data)) as archive:
        archive.extractall(folder)
    (folder / "it.diff").write_bytes(patch.data)
    unzipped = folder / "watch-prices-v1"
    environment = {
        "PATH": os.defpath,
        "GIT_CEILING_DIRECTORIES": str(folder),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    subprocess.run([GIT, "apply", "../it.diff"], cwd=unzipped, env=environment, check=True)
    found = {
        path.relative_to(unzipped).as_posix(): path.read_bytes()
        for path in unzipped.rglob("*")
        if path.is_file()
    }
    assert found == project(second)
