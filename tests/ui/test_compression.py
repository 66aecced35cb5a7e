"""The compressed copies of files, and which of them a browser gets."""

import asyncio
import gzip
import threading
from pathlib import Path

import brotli
import pytest

from sinae.ui.compression import SMALLER, Copies, Copy, accepted
from tests.support.loop import run
from tests.support.waiting import wait_for

TEXT = b"Can a sine pass through three nodes? " * 1000
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("br;q=0, gzip; q=0.001", "gzip"),
        ("br; q=0.0, gzip;q=0", "identity"),
        ("deflate, ,;q=1", "identity"),
        ("", "identity"),
    ],
)
def test_a_browser_gets_the_best_that_it_takes(header: str, encoding: str) -> None:
    assert accepted(header) == encoding


@pytest.mark.parametrize("encoding", UNPACK)
def test_a_copy_is_made_once_for_all_who_ask_at_once(encoding: str) -> None:
    reads = []
    asked = threading.Event()

    def read() -> bytes:
        reads.append(asked.wait())
        return TEXT

    async def ask() -> list[Copy]:
        copies = Copies(read)
        asking = [asyncio.create_task(copies.get(encoding)) for _ in range(20)]
        await asyncio.sleep(0)
        asked.set()  # all have asked, and the event loop was free meanwhile
        answers = [*await asyncio.gather(*asking), await copies.get(encoding)]
        assert len(reads) <= 1 + (encoding in SMALLER)
        return answers

    answers = run(ask)
    assert {UNPACK[encoding](copy.body) for copy in answers} == {TEXT}


def test_a_smaller_copy_takes_the_place_of_the_first() -> None:
    copies = Copies(lambda: bytes(range(256)) * 50 + TEXT)
    first = run(lambda: copies.get("br"))
    later = wait_for(lambda: run(lambda: copies.get("br")), lambda copy: copy.etag != first.etag)
    assert len(later.body) < len(first.body)
    assert brotli.decompress(later.body) == brotli.decompress(first.body)


def test_a_file_that_cannot_be_read_is_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "file.js"
    copies = Copies(path.read_bytes)
    with pytest.raises(FileNotFoundError):
        run(lambda: copies.get("gzip"))
    path.write_bytes(TEXT)
    assert gzip.decompress(run(lambda: copies.get("gzip")).body) == TEXT
