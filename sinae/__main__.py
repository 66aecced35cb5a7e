"""The command line: ``python -m sinae train``. It needs no cluster and no browser."""

import argparse
import json
import sys
from dataclasses import MISSING, fields
from typing import Any

import numpy as np
from tqdm import tqdm

from sinae.experiment import SETTINGS, Experiment, InvalidExperimentError
from sinae.signals import BLOCK
from sinae.training import State, advance

CHUNK = 10 * BLOCK
LINES = 20
"""Lines of progress that a run prints, as in the post."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status: 2 for settings that are not allowed."""
    parser = argparse.ArgumentParser(prog="python -m sinae", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    train_parser = commands.add_parser("train", help="train one network and print its error")
    _add_settings(train_parser)
    train_parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    train_parser.set_defaults(run=_train)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except InvalidExperimentError as error:
        for name, message in error.errors.items():
            print(f"{_flag(name)}: {message}", file=sys.stderr)
        return 2


def _train(options: argparse.Namespace) -> int:
    experiment = Experiment(**{name: getattr(options, name) for name in SETTINGS})
    every = max(1, experiment.steps // LINES)
    state: State | None = None
    losses, seconds, held_out_mse, diverged = [], 0.0, float("nan"), False
    with tqdm(total=experiment.steps, unit="step", disable=None, leave=False) as bar:
        while (done := state.step if state else 0) < experiment.steps and not diverged:
            next_line = every * (done // every + 1)
            chunk = advance(
                experiment, state, min(CHUNK, next_line - done, experiment.steps - done)
            )
            state, diverged = chunk.state, chunk.diverged
            losses.append(chunk.losses)
            seconds += chunk.seconds
            held_out_mse = chunk.held_out_mse
            bar.update(state.step - done)
            if state.step == next_line and not options.json:
                with tqdm.external_write_mode():
                    print(f"step {state.step}, training MSE {chunk.losses[-1]:.6g}", flush=True)
    steps = state.step if state else 0
    steps_per_second = steps / seconds if seconds else 0.0
    if options.json:
        report = {
            "experiment": experiment.to_dict(),
            "losses": np.concatenate(losses).astype(float).tolist(),
            "held_out_mse": held_out_mse,
            "seconds": seconds,
            "steps_per_second": steps_per_second,
        }
        print(json.dumps(report))
    else:
        print(f"held-out MSE {held_out_mse:.6g}, {steps_per_second:.0f} steps a second")
    if diverged:
        print(
            f"The error grew without bound at step {steps + 1}; "
            "try a smaller --learning-rate or --clip-norm 1.",
            file=sys.stderr,
        )
        return 1
    return 0


def _add_settings(parser: argparse.ArgumentParser) -> None:
    """An option for every setting. Its text is checked by `Experiment`, not here."""
    for field in fields(Experiment):
        setting, default = field.metadata["setting"], field.default
        assert default is not MISSING
        options: dict[str, Any] = {"default": default, "help": setting.help}
        if isinstance(default, bool):
            options["action"] = "store_true"
        else:
            options["metavar"] = "|".join(setting.choices) or field.name.upper()
        parser.add_argument(_flag(field.name), **options)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
