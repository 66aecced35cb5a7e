"""The commands that train the networks of the study again: ``reproduce``, ``bottlenecks``,
``ablations`` and ``growth``."""

import argparse
import os
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, TypeVar

from sinae.interrupt import when_interrupted
from sinae.model.experiment import InvalidExperimentError
from sinae.model.numerals import AmbiguousNumberError, read_number
from sinae.study import ablations, bottlenecks, growth
from sinae.study.measurements import write
from sinae.study.presets import Preset, presets
from sinae.study.reproduction import Result, over_seeds, row, save, train_seeds

T = TypeVar("T")

MAX_COUNT = 10_000
"""The largest number of seeds, and of processes, that a command takes."""

ERRORS = ("lowest", "median", "highest", "p999", "worst", "most_worst")
"""The columns of errors that are printed, by their names in `over_seeds`."""

COLUMNS = " ".join(f"{name:>10}" for name in ERRORS) + " lost"


def add_parsers(commands: Any) -> None:
    """Add the parsers of these commands to an argument parser's subparsers."""
    for name, run, help in (
        ("reproduce", _reproduce, "train the presets again"),
        ("bottlenecks", _bottlenecks, "train one recipe with bottlenecks of several sizes"),
        ("ablations", _ablations, "train our recipe without each of its ingredients"),
        (
            "growth",
            _growth,
            "watch the code of three nodes grow: from a patch, in frequency alone, all at once",
        ),
    ):
        parser = commands.add_parser(name, help=help)
        parser.set_defaults(run=run)
        if run is _reproduce:
            parser.add_argument("--preset", help="only this one")
        if run is not _growth:
            parser.add_argument("--seeds", type=_count, default=3, help="networks of each (3)")
            parser.add_argument(
                "--processes", type=_count, default=os.cpu_count(), help="at a time"
            )
        parser.add_argument("--save", action="store_true", help="keep it in the package's data")


def preset_named(name: str) -> Preset:
    """Return a preset by its name; raises InvalidExperimentError if there is none of that name."""
    if name not in presets():
        raise InvalidExperimentError(
            {"preset": f"There is no preset “{name}”; these are: {', '.join(presets())}."}
        )
    return presets()[name]


def _reproduce(options: argparse.Namespace) -> int:
    chosen = [*presets().values()] if options.preset is None else [preset_named(options.preset)]

    def line(result: tuple[Preset, list[Result]]) -> str:
        preset, seeds = result
        if options.save:
            save(preset, seeds)
        numbers = row(preset, [entry for entry, _ in seeds])
        post = "" if numbers["post"] is None else f"{numbers['post']:.4g}"
        name, steps, seconds = preset.name, numbers["steps"], numbers["seconds"]
        return f"{name:24} {steps:7} {post:>8} {_errors(numbers)} {seconds:7.0f}"

    experiments = {preset: preset.experiment for preset in chosen}
    results = train_seeds(experiments, options.seeds, options.processes)
    header = f"{'preset':24} {'steps':>7} {'post':>8} {COLUMNS} seconds"
    _print_table(results, "preset", len(chosen), lambda r: r[0].name, header, line)
    return 0


def _bottlenecks(options: argparse.Namespace) -> int:
    def line(result: dict[str, Any]) -> str:
        errors = _errors(over_seeds(result["runs"]))
        return f"{result['size']:>4} {errors} {result['best_linear']:11.4g}"

    results = bottlenecks.measure(options.seeds, options.processes)
    count, header = len(bottlenecks.SIZES), f"{'size':>4} {COLUMNS} {'best linear':>11}"
    measured = _print_table(results, "size", count, lambda r: r["size"], header, line)
    if options.save:
        command = f"python -m sinae bottlenecks --seeds {options.seeds}"
        write("bottlenecks", {"command": command, "sizes": measured})
    return 0


def _ablations(options: argparse.Namespace) -> int:
    def line(result: tuple[str, list[dict[str, Any]]]) -> str:
        return f"{result[0]:28} {_errors(over_seeds(result[1]))}"

    results = ablations.measure(options.seeds, options.processes)
    count, header = len(ablations.CHANGES), f"{'change':28} {COLUMNS}"
    measured = _print_table(results, "change", count, lambda r: r[0], header, line)
    if options.save:
        command = f"python -m sinae ablations --seeds {options.seeds}"
        write("ablations", {"command": command, "runs": dict(measured)})
    return 0


def _growth(options: argparse.Namespace) -> int:
    when_interrupted("before the first look")
    frames = []
    for frame in growth.measure():
        frames.append(frame)
        reached = f"growth {frame['growth']:9} step {frame['step']:5}"
        when_interrupted(f"after {reached}")
        print(f"{reached}, held-out MSE {frame['held_out_mse']:.4g}", flush=True)
    if options.save:
        write("growth", {"command": "python -m sinae growth", "frames": frames})
    return 0


def _print_table(
    results: Generator[T],
    noun: str,
    total: int,
    name: Callable[[T], object],
    header: str,
    line: Callable[[T], str],
) -> list[T]:
    """Print a table with a line for each result as soon as it is there, and return the results.

    A Ctrl-C meanwhile says how many of a total are done, and the name of the last; results are
    about what the noun says, such as "preset".
    """
    when_interrupted(f"before a {noun} was done")
    print(header, flush=True)
    done = []
    with closing(results):
        for result in results:
            done.append(result)
            when_interrupted(f"with {len(done)} of {total} {noun}s done, up to {name(result)}")
            print(line(result), flush=True)
    return done


def _errors(numbers: dict[str, Any]) -> str:
    return " ".join(f"{numbers[name]:10.4g}" for name in ERRORS) + f" {numbers['lost']:4}"


def _count(text: str) -> int:
    try:
        number = read_number(text, whole=True)
    except AmbiguousNumberError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    except ValueError:
        number = 0
    if not 1 <= number <= MAX_COUNT or not number.is_integer():
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MAX_COUNT:,}; {text!r} is not")
    return int(number)
