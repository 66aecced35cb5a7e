"""The command line, ``python -m sinae``. It needs no cluster and no browser."""

import argparse
import json
import os
import sys
from dataclasses import MISSING, fields, replace
from typing import Any

from sinae.interrupt import when_interrupted

if __name__ == "__main__":  # before what takes a moment to import
    when_interrupted("before it began")

import numpy as np
from tqdm import tqdm

from sinae import study_commands
from sinae.analysis.linear_code import best_linear
from sinae.model.batches import BLOCK
from sinae.model.experiment import DEFAULT_SIGNALS, SETTINGS, Experiment, InvalidExperimentError
from sinae.model.health import warning
from sinae.model.runtime import keep_programs_in, private_directory
from sinae.model.signals import FAMILIES
from sinae.service.settings import programs, variable
from sinae.study.presets import presets
from sinae.study.reproduction import train_to
from sinae.study_commands import preset_named

CHUNK = 10 * BLOCK
"""The number of steps after which the progress bar moves."""

LINES = 20
"""The number of progress lines that a run prints, as in the post."""

READER_LEFT = 141
"""The exit status if the reader of the output closed it, as ``head`` does: 128 plus the number of
the signal for this, SIGPIPE, as shells have it."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status, which is 2 for settings that are not allowed."""
    try:
        try:
            options = parser().parse_args(arguments)
            if directory := programs():
                try:
                    private_directory(directory)
                except PermissionError as error:
                    print(f"{variable('programs')}: {error}", file=sys.stderr)
                    return 2
            keep_programs_in(directory)
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
    """Return the parser of all commands; the function of a command is its default for ``run``."""
    parser = argparse.ArgumentParser(prog="python -m sinae", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    train_parser = commands.add_parser("train", help="train one network and print its error")
    _add_settings(train_parser)
    train_parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    train_parser.set_defaults(run=_train)
    train_parser.add_argument("--preset", help="start from the settings of a preset")

    presets_parser = commands.add_parser("presets", help="list the presets")
    presets_parser.set_defaults(run=_presets)

    study_commands.add_parsers(commands)
    baselines_parser = commands.add_parser("baselines", help="print what to compare an error with")
    baselines_parser.add_argument("--bottleneck", required=True, help="numbers in the code")
    baselines_parser.add_argument(
        "--signals",
        default=DEFAULT_SIGNALS,
        metavar="|".join(FAMILIES),
        help="the family of signals",
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
    errors = chunk.held_out[-1]
    problem = warning(experiment, chunk.silent, errors)
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
            "warning": problem,
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
    if problem:
        print(problem, file=sys.stderr)
    if chunk.diverged:
        print(
            f"The error grew without bound at step {chunk.state.step + 1}; "
            "try a smaller --learning-rate.",
            file=sys.stderr,
        )
        return 1
    return int(bool(problem) and errors.mean > experiment.family.power)


def _experiment(options: argparse.Namespace) -> Experiment:
    """Return the preset's settings, replaced by those given as text, which `Experiment` reads."""
    given = {name: getattr(options, name) for name in SETTINGS}
    base = preset_named(options.preset).experiment if options.preset is not None else Experiment()
    return replace(base, **{name: value for name, value in given.items() if value is not None})


def _presets(_options: argparse.Namespace) -> int:
    for preset in presets().values():
        print(f"{preset.name:28} {preset.title}\n{'':28} {preset.lesson}")
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
    """Add an option for every setting; `Experiment` checks its text, not the parser."""
    for field in fields(Experiment):
        setting, default = field.metadata["setting"], field.default
        assert default is not MISSING
        # None leaves the preset's own setting. argparse would format a bare per cent sign.
        options: dict[str, Any] = {"default": None, "help": setting.help.replace("%", "%%")}
        if isinstance(default, bool):
            options["action"] = argparse.BooleanOptionalAction  # a preset's may be taken out
        else:
            options["metavar"] = "|".join(setting.choices) or field.name.upper()
        parser.add_argument(_flag(field.name), **options)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
