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
from sinae.study.presets import Preset, presets
from sinae.study.reproduction import over_seeds, row, save, train_seeds

T = TypeVar("T")

MAX_COUNT = 10_000
"""The largest number of seeds, and of processes, that a command takes."""

ERRORS = ("lowest", "median", "highest", "p999", "worst", "most_worst")
"""The columns of errors that are printed, by their names in `over_seeds`."""

COLUMNS = " ".join(f"{name:>10}" for name in ERRORS) + " lost"


def add_parsers(commands: Any) -> None:
    """Add the parsers of these commands to an argument parser's subparsers."""
    reproduce_parser = commands.add_parser("reproduce", help="train the presets again")
    reproduce_parser.add_argument("--preset", help="only this one")
    reproduce_parser.set_defaults(run=_reproduce)
    bottlenecks_parser = commands.add_parser(
        "bottlenecks", help="train one recipe with bottlenecks of several sizes"
    )
    bottlenecks_parser.set_defaults(run=_bottlenecks)
    ablations_parser = commands.add_parser(
        "ablations", help="train our recipe without each of its ingredients"
    )
    ablations_parser.set_defaults(run=_ablations)
    growth_parser = commands.add_parser(
        "growth",
        help="watch the code of three nodes grow: from a patch, in frequency alone, all at once",
    )
    growth_parser.set_defaults(run=_growth)
    for parser in (reproduce_parser, bottlenecks_parser, ablations_parser):
        parser.add_argument("--seeds", type=_count, default=3, help="networks of each (3)")
        parser.add_argument("--processes", type=_count, default=os.cpu_count(), help="at a time")
    for parser in (reproduce_parser, bottlenecks_parser, ablations_parser, growth_parser):
        parser.add_argument("--save", action="store_true", help="keep it in the package's data")


def preset_named(name: str) -> Preset:
    """Return a preset by its name; raises InvalidExperimentError if there is none of that name."""
    if name not in presets():
        raise InvalidExperimentError(
            {"preset": f"There is no preset “{name}”; these are: {', '.join(presets())}."}
        )
    return presets()[name]


def _reproduce(options: argparse.Namespace) -> int:
    every = list(presets().values())
    chosen = every if options.preset is None else [preset_named(options.preset)]
    header = f"{'preset':24} {'steps':>7} {'post':>8} {COLUMNS} seconds"
    experiments = {preset: preset.experiment for preset in chosen}
    results = train_seeds(experiments, options.seeds, options.processes)
    with closing(_reported(results, header, "preset", len(chosen), lambda r: r[0].name)) as done:
        for (preset, seeds), name in done:
            if options.save:
                save(preset, seeds)
            line = row(preset, [entry for entry, _ in seeds])
            post = "" if line["post"] is None else f"{line['post']:.4g}"
            print(
                f"{name:24} {line['steps']:7} {post:>8} {_errors(line)} {line['seconds']:7.0f}",
                flush=True,
            )
    return 0


def _bottlenecks(options: argparse.Namespace) -> int:
    header = f"{'size':>4} {COLUMNS} {'best linear':>11}"
    measured = []
    results = bottlenecks.measure(options.seeds, options.processes)
    sizes = len(bottlenecks.SIZES)
    with closing(_reported(results, header, "size", sizes, lambda r: r["size"])) as done:
        for result, name in done:
            measured.append(result)
            errors = _errors(over_seeds(result["runs"]))
            print(f"{name:>4} {errors} {result['best_linear']:11.4g}", flush=True)
    if options.save:
        bottlenecks.save(options.seeds, measured)
    return 0


def _ablations(options: argparse.Namespace) -> int:
    header = f"{'change':28} {COLUMNS}"
    measured = {}
    results = ablations.measure(options.seeds, options.processes)
    changes = len(ablations.CHANGES)
    with closing(_reported(results, header, "change", changes, lambda r: r[0])) as done:
        for (_, runs), name in done:
            measured[name] = runs
            print(f"{name:28} {_errors(over_seeds(runs))}", flush=True)
    if options.save:
        ablations.save(options.seeds, measured)
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
        growth.save(frames)
    return 0


def _reported(
    results: Generator[T], header: str, noun: str, total: int, name: Callable[[T], object]
) -> Generator[tuple[T, str]]:
    """Print a table's header and yield each result with its name; meanwhile a Ctrl-C says how many
    results there were.

    Args:
        results: the results; closed at the end.
        header: the header of the table.
        noun: what a result is about, such as "preset".
        total: the number of results.
        name: gives the name of a result.
    """
    when_interrupted(f"before a {noun} was done")
    print(header, flush=True)
    with closing(results):
        for count, result in enumerate(results, 1):
            when_interrupted(f"with {count} of {total} {noun}s done, up to {name(result)}")
            yield result, str(name(result))


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
