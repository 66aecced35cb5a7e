"""The cluster of the README: its own commands and its own nginx configuration, on loopback."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from distributed import Security

from sinae.model.experiment import Experiment
from tests.benchmarks.classroom import weights_alone
from tests.support.installing import INSTALLING
from tests.support.loop import run
from tests.support.server import ROOT, ending, free_port
from tests.support.student import Student, engine_is_up

README = (ROOT / "README.md").read_text()


def block(marker: str) -> str:
    """The code in the README after a marker."""
    found = re.search(rf"<!-- {marker} -->\n```\w+\n(.*?)```", README, re.DOTALL)
    assert found, marker
    return found[1]


def nginx() -> str:
    """The program; installed where it is missing and may be installed."""
    with INSTALLING:
        if not shutil.which("nginx") and shutil.which("apt-get") and os.geteuid() == 0:
            for command in (["update", "-q"], ["install", "-y", "-q", "nginx-light"]):
                subprocess.run(["apt-get", *command], check=False)  # noqa: S607
    program = shutil.which("nginx")
    assert program, "This test needs nginx, and it could not be installed: apt install nginx-light"
    return program


@contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | environment, stdout=output, stderr=output
        )
    with ending(process):
        yield process


def cluster_environment(folder: Path) -> dict[str, str]:
    """One certificate for all, and the environment that the README sets."""
    temporary = Security.temporary()
    (folder / "ca.pem").write_text(temporary.tls_ca_file)
    (folder / "key.pem").write_text(temporary.tls_client_key)
    (folder / "cert.pem").write_text(temporary.tls_client_cert)
    script = re.sub(r"=(\w+\.pem)", rf"={folder}/\1", block("cluster environment"))
    shown = subprocess.run(
        ["bash", "-euc", f"{script}\nenv -0"],  # noqa: S607
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    variables = dict(line.split("=", 1) for line in shown.split("\0") if line)
    return {n: v for n, v in variables.items() if n.startswith(("DASK_", "SINAE_"))}


def commands(ports: dict[str, int]) -> list[list[str]]:
    """The README's, each without its variables, on other ports."""
    lines = block("cluster commands").splitlines()
    for old, new in ports.items():
        lines = [line.replace(old, str(new)) for line in lines]
    texts = [line[line.index("python ") + len("python ") :] for line in lines]
    return [[sys.executable, *text.split()] for text in texts]


def training(url: str) -> int:
    """How many train at a web process."""
    with urllib.request.urlopen(f"{url}/healthz") as response:  # noqa: S310
        return int(json.load(response)["training"])


async def press(student: Student, label: str, then: str) -> None:
    """Click a button, and wait for the one that comes in its place."""
    await student.press(label)
    await student.until(lambda: then in student.buttons)


async def goes_on(student: Student) -> None:
    before = student.step
    await student.until(lambda: student.step > before)


async def lesson(
    url: str,
    addresses: list[str],
    webs: list[subprocess.Popen[bytes]],
    restart: Callable[[], None],
) -> None:
    """Students at both web processes train; the scheduler is restarted, then a web one killed."""
    for address in (*addresses, url):
        await engine_is_up(address)

    students: list[tuple[Student, Experiment, str]] = []
    while len(students) < 4 or len({address for *_, address in students}) < 2:
        experiment = Experiment(widths=(20, 3, 20), steps=60_000, seed=len(students))
        student = Student(url, experiment.to_query())
        await student.open()
        await press(student, "Train", "Pause")
        await goes_on(student)
        (address,) = [a for a in addresses if await asyncio.to_thread(training, a)]
        # So that none is done when the last one comes.
        await press(student, "Pause", "Resume")
        students.append((student, experiment, address))

    async def resumes(student: Student) -> None:
        await press(student, "Resume", "Pause")
        await goes_on(student)

    await asyncio.gather(*(resumes(student) for student, *_ in students))

    async def sees_it_go_and_come(student: Student) -> None:
        await student.until(lambda: "engine is away" in student.progress)
        await student.until(lambda: "engine" not in student.progress)

    seeing = [sees_it_go_and_come(student) for student, *_ in students]
    await asyncio.gather(asyncio.to_thread(restart), *seeing)
    webs[0].kill()

    async def ends(student: Student, experiment: Experiment, address: str) -> None:
        if address == addresses[0]:
            with pytest.raises(ConnectionError):
                await student.until(lambda: False)
            await student.reload()
            assert "Train" in student.buttons
        else:
            await student.until(lambda: student.finished)
            # In a thread: a student who does not answer the server for long is disconnected.
            alone = await asyncio.to_thread(weights_alone, experiment)
            assert await student.fetch_weights() == alone
        await student.leave()

    await asyncio.gather(*(ends(*one) for one in students))


def test_students_lose_nothing_with_the_scheduler_nor_with_the_other_web_process(
    tmp_path: Path,
) -> None:
    ports = {old: free_port() for old in ("8786", "8501", "8502", "8080")}
    environment = cluster_environment(tmp_path)
    web_environment = environment | {
        "SINAE_SCHEDULER": f"tls://localhost:{ports['8786']}",
        "STREAMLIT_SERVER_COOKIE_SECRET": "common",
    }
    scheduler, worker, web = commands(ports)
    other = [part.replace(str(ports["8501"]), str(ports["8502"])) for part in web]
    configuration = block("nginx")
    for old, new in ports.items():
        configuration = configuration.replace(old, str(new))
    (tmp_path / "nginx.conf").write_text(f"daemon off; pid {tmp_path}/nginx.pid;\n{configuration}")
    balancer = [nginx(), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    with ExitStack() as stack:

        def start(
            name: str, command: list[str], variables: dict[str, str]
        ) -> subprocess.Popen[bytes]:
            return stack.enter_context(running(command, tmp_path / f"{name}.log", variables))

        def start_cluster() -> list[subprocess.Popen[bytes]]:
            return [
                start("scheduler", scheduler, environment),
                *(start(f"worker{number}", worker, environment) for number in range(2)),
            ]

        cluster = start_cluster()

        def restart() -> None:
            cluster[0].kill()
            for process in cluster:  # workers end with their scheduler
                process.wait()
            start_cluster()

        webs = [start(f"web{n}", c, web_environment) for n, c in enumerate((web, other))]
        start("nginx", balancer, {})
        url, *addresses = (f"http://127.0.0.1:{ports[p]}" for p in ("8080", "8501", "8502"))
        run(lambda: lesson(url, addresses, webs, restart))
