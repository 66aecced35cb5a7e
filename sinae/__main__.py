"""The command line, ``python -m sinae``. It needs no cluster and no browser."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import MISSING, fields, replace
from typing import Any, TypeVar

from sinae.interrupt import when_interrupted

if __name__ == "__main__":  # before what takes a moment to import
    when_interrupted("before it began")

import numpy as np
from tqdm import tqdm

from sinae.analysis.linear_code import best_linear
from sinae.model.batches import BLOCK
from sinae.model.experiment import SETTINGS, Experiment, InvalidExperimentError
from sinae.model.health import warning
from sinae.model.numerals import AmbiguousNumberError, read_number
from sinae.model.signals import FAMILIES
from sinae.model.signals.sine import SINE
from sinae.study import ablations, bottlenecks, growth
from sinae.study.presets import Preset, presets
from sinae.study.reproduction import over_seeds, reproduce, row, save, train_to

T = TypeVar("T")

CHUNK = 10 * BLOCK
LINES = 20
"""Lines of progress that a run prints, as in the post."""

READER_LEFT = 141
"""The status where whoever read the output closed it, as ``head`` does: 128 and the number of the
signal for this, as shells count."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 2 for settings that are not allowed."""
    try:
        try:
            options = parser().parse_args(arguments)
            return int(options.run(options))
        except InvalidExperimentError as error:
            for name, message in error.errors.items():
                print(f"{_flag(name)}: {message}", file=sys.stderr)
            return 2
        finally:
            sys.stdout.flush()  # not at the exit, which could only complain of a closed pipe
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT


def parser() -> argparse.ArgumentParser:
    """What the command line understands; a command's function is its ``run``."""
    parser = argparse.ArgumentParser(prog="python -m sinae", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    train_parser = commands.add_parser("train", help="train one network and print its error")
    _add_settings(train_parser)
    train_parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    train_parser.set_defaults(run=_train)
    train_parser.add_argument("--preset", help="start from the settings of a preset")

    presets_parser = commands.add_parser("presets", help="list the presets")
    presets_parser.set_defaults(run=_presets)

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
    for many in (reproduce_parser, bottlenecks_parser, ablations_parser):
        many.add_argument("--seeds", type=_positive, default=3, help="networks of each (3)")
        many.add_argument("--processes", type=_positive, default=os.cpu_count(), help="at a time")
    for kept in (reproduce_parser, bottlenecks_parser, ablations_parser, growth_parser):
        kept.add_argument("--save", action="store_true", help="keep it in the package's data")

    baselines_parser = commands.add_parser("baselines", help="print what to compare an error with")
    baselines_parser.add_argument("--bottleneck", required=True, help="numbers in the code")
    baselines_parser.add_argument(
        "--signals", default=SINE.name, metavar="|".join(FAMILIES), help="the family of signals"
    )
    baselines_parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead"
    )
    baselines_parser.set_defaults(run=_baselines)

    signals_parser = commands.add_parser("signals", help="list the families of signals")
    signals_parser.add_argument("--json", action="store_true", help="print a JSON list instead")
    signals_parser.set_defaults(run=_signals)
    return parser


def _train(options: argparse.Namespace) -> int:
    experiment = _experiment(options)
    every = max(1, experiment.steps // LINES)
    lines = range(every, experiment.steps + 1, every)
    ends = sorted({*range(CHUNK, experiment.steps, CHUNK), *lines, experiment.steps})
    losses, seconds = [], 0.0
    when_interrupted("before the first steps were done")
    with tqdm(total=experiment.steps, unit="step", disable=None, leave=False) as bar:
        for chunk in train_to(experiment, ends):
            losses.append(chunk.losses)
            seconds += chunk.seconds
            bar.update(len(chunk.losses))
            when_interrupted(
                f"at step {chunk.state.step:,} of {experiment.steps:,}, "
                f"held-out MSE {chunk.held_out_mse:.6g}"
            )
            if chunk.state.step in lines and len(chunk.losses) and not options.json:
                with tqdm.external_write_mode():
                    print(
                        f"step {chunk.state.step}, training MSE {chunk.losses[-1]:.6g}", flush=True
                    )
    steps_per_second = chunk.state.step / seconds if seconds else 0.0
    errors, wrong = chunk.held_out[-1], warning(experiment, chunk.health, chunk.held_out[-1])
    if options.json:
        figures = {
            "held_out_mse": errors.mean,
            "standard_error": errors.standard_error,
            "p999_mse": errors.p999,
            "worst_mse": errors.worst,
        }
        report = {
            "experiment": experiment.to_dict(),
            "losses": np.concatenate(losses).astype(float).tolist(),
            **{name: mse if np.isfinite(mse) else None for name, mse in figures.items()},
            "warning": wrong,
            "seconds": seconds,
            "steps_per_second": steps_per_second,
        }
        print(json.dumps(report))
    else:
        print(f"held-out MSE {errors.mean:.6g}, {steps_per_second:.0f} steps a second")
        print(
            f"A mean hides the worst: 99.9 % of the held-out signals are below {errors.p999:.3g}, "
            f"the worst-drawn is at {errors.worst:.3g}; the mean's standard error is "
            f"{errors.standard_error:.2g}.",
            file=sys.stderr,
        )
    if wrong:
        print(wrong, file=sys.stderr)
    if chunk.diverged:
        print(
            f"The error grew without bound at step {chunk.state.step + 1}; "
            "try a smaller --learning-rate.",
            file=sys.stderr,
        )
        return 1
    return int(bool(wrong) and errors.mean > experiment.family.power)


def _experiment(options: argparse.Namespace) -> Experiment:
    """The preset's settings, and over them those given, as text: `Experiment` reads it."""
    given = {name: getattr(options, name) for name in SETTINGS}
    base = _preset(options.preset).experiment if options.preset is not None else Experiment()
    return replace(base, **{name: value for name, value in given.items() if value is not None})


def _presets(_options: argparse.Namespace) -> int:
    for preset in presets().values():
        print(f"{preset.name:28} {preset.title}\n{'':28} {preset.lesson}")
    return 0


def _preset(name: str) -> Preset:
    if name not in presets():
        raise InvalidExperimentError(
            {"preset": f"There is no preset “{name}”; these are: {', '.join(presets())}."}
        )
    return presets()[name]


ERRORS = ("lowest", "median", "highest", "p999", "worst", "most_worst")
"""The columns of errors that are printed, by their names in `over_seeds`."""

COLUMNS = " ".join(f"{name:>10}" for name in ERRORS) + " lost"


def _errors(numbers: dict[str, Any]) -> str:
    return " ".join(f"{numbers[name]:10.4g}" for name in ERRORS) + f" {numbers['lost']:4}"


def _told(
    done: Generator[T], head: str, what: str, total: int, name: Callable[[T], object]
) -> Generator[tuple[T, str]]:
    """What is done, as it is done, with its name; a Ctrl-C meanwhile says how far it came.

    Args:
        done: gives one after the other, and is closed in the end.
        head: is printed first.
        what: one of them is.
        total: of them.
        name: of one.
    """
    when_interrupted(f"before a {what} was done")
    print(head, flush=True)
    with closing(done):
        for count, one in enumerate(done, 1):
            when_interrupted(f"with {count} of {total} {what}s done, up to {name(one)}")
            yield one, str(name(one))


def _reproduce(options: argparse.Namespace) -> int:
    every = list(presets().values())
    chosen = every if options.preset is None else [_preset(options.preset)]
    head = f"{'preset':24} {'steps':>7} {'post':>8} {COLUMNS} seconds"
    trained = reproduce(chosen, options.seeds, options.processes)
    with closing(_told(trained, head, "preset", len(chosen), lambda one: one[0].name)) as done:
        for (preset, results), name in done:
            if options.save:
                save(preset, results)
            line = row(preset, [entry for entry, _ in results])
            post = "" if line["post"] is None else f"{line['post']:.4g}"
            print(
                f"{name:24} {line['steps']:7} {post:>8} {_errors(line)} {line['seconds']:7.0f}",
                flush=True,
            )
    return 0


def _bottlenecks(options: argparse.Namespace) -> int:
    head = f"{'size':>4} {COLUMNS} {'best linear':>11}"
    lines = []
    trained = bottlenecks.measure(options.seeds, options.processes)
    sizes = len(bottlenecks.SIZES)
    with closing(_told(trained, head, "size", sizes, lambda line: line["size"])) as done:
        for line, name in done:
            lines.append(line)
            numbers = _errors(over_seeds(line["runs"]))
            print(f"{name:>4} {numbers} {line['best_linear']:11.4g}", flush=True)
    if options.save:
        bottlenecks.save(options.seeds, lines)
    return 0


def _ablations(options: argparse.Namespace) -> int:
    head = f"{'change':28} {COLUMNS}"
    kept = {}
    trained = ablations.measure(options.seeds, options.processes)
    changes = len(ablations.CHANGES)
    with closing(_told(trained, head, "change", changes, lambda line: line[0])) as done:
        for (_, runs), name in done:
            kept[name] = runs
            print(f"{name:28} {_errors(over_seeds(runs))}", flush=True)
    if options.save:
        ablations.save(options.seeds, kept)
    return 0


def _growth(options: argparse.Namespace) -> int:
    when_interrupted("before the first look")
    frames = []
    for frame in growth.measure():
        frames.append(frame)
        said = f"growth {frame['growth']:9} step {frame['step']:5}"
        when_interrupted(f"after {said}")
        print(f"{said}, held-out MSE {frame['held_out_mse']:.4g}", flush=True)
    if options.save:
        growth.save(frames)
    return 0


def _signals(options: argparse.Namespace) -> int:
    if options.json:
        families = [
            {
                "name": family.name,
                "parameters": [parameter.key for parameter in family.parameters],
                "needs": family.needs,
                "power": family.power,
            }
            for family in FAMILIES.values()
        ]
        print(json.dumps(families))
        return 0
    for family in FAMILIES.values():
        print(
            f"{family.name:10} {family.about}\n{'':10} It needs {family.needs} numbers. "
            f"{family.why}\n{'':10} Predicting zero scores {family.power:.6g}."
        )
    return 0


def _baselines(options: argparse.Namespace) -> int:
    try:
        experiment = Experiment(widths=(options.bottleneck,), signals=options.signals)
        (size,), family = experiment.widths, experiment.family
    except InvalidExperimentError as error:
        message = error.errors.pop("widths", None)
        raise InvalidExperimentError(
            error.errors | ({"bottleneck": message} if message else {})
        ) from None
    report = {"zero": family.power, "best_linear": best_linear(size, family)}
    if options.json:
        print(json.dumps(report))
    else:
        for name, mse in report.items():
            print(f"{name} {mse:.6g}")
    return 0


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """An option for every setting. Its text is checked by `Experiment`, not here."""
    for field in fields(Experiment):
        setting, default = field.metadata["setting"], field.default
        assert default is not MISSING
        # Without a default here, a preset's own setting shows through.
        # A bare per cent sign would be a place for argparse to put a value in.
        options: dict[str, Any] = {"default": None, "help": setting.help.replace("%", "%%")}
        if isinstance(default, bool):
            options["action"] = argparse.BooleanOptionalAction  # a preset's may be taken out
        else:
            options["metavar"] = "|".join(setting.choices) or field.name.upper()
        parser.add_argument(_flag(field.name), **options)


MOST = 10_000
"""Of what a command trains, or has at work, at once."""


def _positive(text: str) -> int:
    try:
        number = read_number(text, whole=True)
    except AmbiguousNumberError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    except ValueError:
        number = 0
    if not 1 <= number <= MOST or not number.is_integer():
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MOST:,}; {text!r} is not")
    return int(number)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
