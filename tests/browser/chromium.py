"""Finds a Chromium for the browser tests, or installs one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.installing import INSTALLING

SHELL = "chromium-headless-shell"
"""Chromium without a browser's windows: it opens a page in two thirds of the time."""

NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # needed by root, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_or_install() -> str:
    """The path of a Chromium: the system's, Playwright's own, or one installed just now.

    Raises:
        RuntimeError: there is none and none could be installed, with what was tried.
    """
    with INSTALLING:
        return _find() or _install()


def _install() -> str:
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        attempts = [
            ["apt-get", "update", "-q"],
            *(
                ["apt-get", "install", "-y", "-q", "--no-install-recommends", package]
                for package in (SHELL, "chromium")  # where there is no such package
            ),
            *attempts,
        ]
    report = []
    for command in attempts:
        print("+", *command, flush=True)
        done = subprocess.run(
            command, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if found := _find():
            return found
        report.append(f"$ {' '.join(command)}\n{done.stdout[-2000:]}")
    raise RuntimeError(
        "The browser tests need a Chromium, and none could be had:\n" + "\n".join(report)
    )


def _find() -> str | None:
    for name in NAMES:
        path = shutil.which(name)
        # On Ubuntu there may be one that only tells how to install it.
        if path and not subprocess.run([path, "--version"], capture_output=True).returncode:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
