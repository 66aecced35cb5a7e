"""The licences of all that is installed with the app.

``python -m tests.licences [--json] [REQUIREMENTS]`` follows a file of requirements (by default the
app's) through the packages that are installed for it on this machine, and prints each with its
version and its licence: what the package's metadata or, where these are silent, its files say; and
the same of the libraries that, as these files say, its build carries, and of the Plotly.js that the
browser gets. It ends with 1 and a sentence for each that is under no licence of `PERMISSIVE` or
`COPYLEFT`, tells none, or is not installed.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Open-MPI"),
    *("CC0-1.0", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0", "Zlib"),
}
"""By their SPDX names; of a package that says no more than "BSD" it is one of these."""

COPYLEFT = {
    "MPL-2.0": "whoever changes its files passes these on under the same licence",
    "LGPL-2.1-or-later": "a shared library, which can be replaced by another build",
    "GPL-3.0-or-later WITH GCC-exception-3.1": "the exception frees what is compiled with GCC",
}
"""Those that ask for something, with why that is no burden here, where all is used unchanged."""

NAMES = {
    "Apache-2.0": r"(the )?apache( software)?( license)?,?( version)?[ -]?2?(\.0)?( license)?",
    "BSD-3-Clause": r"bsd 3-clause|3-clause bsd( license)?|(new|modified) bsd( license)?",
    "BSD": r"bsd( license)?",
    "MIT": r"(the )?mit( license)?",
    "MPL-2.0": r"mozilla public license 2\.0 \(mpl 2\.0\)",
}
"""Other names that packages use, as regular expressions."""

IN_TEXT = {
    "Apache-2.0": r"under the Apache License, Version 2\.0|Apache License\s+Version 2\.0",
    "MIT": r"Permission is hereby granted, free of charge",
}
"""What stands in the text of a licence."""

CARRIED = re.compile(r"^ *Name: (.+)\n *Files: .+\n(?: *\w+: .+\n)*? *License: (.+)$", re.MULTILINE)
"""How a file of licences tells of a library that the build carries."""

PLOTLY = re.compile(r"plotly\.js v(\S+)[\s\S]*?Licensed under the (\S+) license")


@dataclass(frozen=True)
class Licensed:
    """Something that is installed, with its licence; empty where it tells none."""

    name: str
    version: str
    licence: str

    @property
    def refusal(self) -> str:
        """A sentence where the licence is none of those that are known; else empty."""
        if not self.licence:
            return f"{self.name} {self.version} tells no licence: read its files."
        if not _is_known(self.licence):
            return f"{self.name} {self.version} is under {self.licence}, which nobody allowed here."
        return ""

    @property
    def note(self) -> str:
        """What there is to say of the licence."""
        return "; ".join(why for name, why in COPYLEFT.items() if name in self.licence)


def _is_known(expression: str) -> bool:
    """Whether one of the choices of an SPDX expression, without parentheses, is known."""
    return any(
        all(part in PERMISSIVE or part in COPYLEFT for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def installed(requirements: Path) -> Iterator[Distribution | Requirement]:
    """What a file requires on this machine, and all that these require; the requirement itself
    where a package is not there."""
    lines = (line.split("#")[0].strip() for line in requirements.read_text().splitlines())
    ahead = [(Requirement(line), "") for line in lines if line]
    seen = set()
    while ahead:
        requirement, extra = ahead.pop(0)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        for asked in ("", *sorted(requirement.extras)):
            if (key := (canonicalize_name(requirement.name), asked)) in seen:
                continue
            seen.add(key)
            try:
                package = distribution(requirement.name)
            except PackageNotFoundError:
                yield requirement
                break
            if not asked:
                yield package
            ahead += [(Requirement(text), asked) for text in package.requires or ()]


def licences(package: Distribution) -> Iterator[Licensed]:
    """A package with its licence, and the libraries that its build carries with theirs."""
    texts = list(_texts(package))
    yield Licensed(package.name, package.version, _licence(package, texts))
    for name, licence in sorted({found for text in texts for found in CARRIED.findall(text)}):
        yield Licensed(f"{package.name}: {name}", package.version, _normalised(licence))
    for file in package.files or ():
        if file.name == "plotly.min.js":
            with Path(str(file.locate())).open(encoding="utf-8") as script:
                told = PLOTLY.search(script.read(500))
            version, licence = told.groups() if told else ("", "")
            yield Licensed(f"{package.name}: Plotly.js", version, _normalised(licence))


def _licence(package: Distribution, texts: list[str]) -> str:
    said = _field(package, "License-Expression") or _field(package, "License")
    if "\n" in said:  # the text of a licence in place of its name
        said = ""
    classifiers = [text.split(" :: ") for text in package.metadata.get_all("Classifier") or ()]
    said = said or " AND ".join(
        sorted({_normalised(parts[-1]) for parts in classifiers if parts[0] == "License"})
    )
    shown = (name for text in texts for name, what in IN_TEXT.items() if re.search(what, text))
    return _normalised(said) or next(shown, "")


def _field(package: Distribution, name: str) -> str:
    return next(iter(package.metadata.get_all(name) or ()), "")


def _normalised(said: str) -> str:
    named = (n for n, other in NAMES.items() if re.fullmatch(other, said.strip(), re.IGNORECASE))
    return next(named, said.strip())


def _texts(package: Distribution) -> Iterator[str]:
    yield _field(package, "License")
    for file in package.files or ():
        inside = file.parts[0].endswith(".dist-info") and file.name != "METADATA"
        if inside and re.search("licen[cs]e|copying", str(file), re.IGNORECASE):
            yield Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")


def main() -> int:
    """Print the licences, and return 0 if all of them are known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requirements", nargs="?", type=Path, default=REQUIREMENTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found: list[Licensed] = []
    refusals: list[str] = []
    for package in installed(options.requirements):
        if isinstance(package, Requirement):
            refusals.append(f"{package.name} is not installed: install {options.requirements}.")
        else:
            found += licences(package)
    found.sort(key=lambda licensed: licensed.name.lower())
    refusals += [licensed.refusal for licensed in found if licensed.refusal]
    if options.json:
        print(json.dumps([asdict(licensed) | {"note": licensed.note} for licensed in found]))
    else:
        for licensed in found:
            row = f"{licensed.name:30} {licensed.version:18} {licensed.licence}"
            print(f"{row} ({licensed.note})" if licensed.note else row)
    for refusal in refusals:
        print(refusal, file=sys.stderr)
    return 1 if refusals else 0


if __name__ == "__main__":
    sys.exit(main())
