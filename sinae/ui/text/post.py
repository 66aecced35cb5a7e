"""The sentences and tables of the post's page, filled with what was measured."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from sinae.figures.encoding import number
from sinae.study.claims import DEEP_THREE, tears
from sinae.study.growth import FREQUENCIES, SEED
from sinae.study.measurements import read
from sinae.study.post import LAST_PRINTS
from sinae.study.presets import SOLVED, Preset, Reproduction, presets
from sinae.study.reproduction import LOST, SIGNALS, over_seeds
from sinae.ui.text.training import duration


def reproduction_table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return a table of Markdown texts by column title, of what `sinae.study.reproduction.row`
    returns for each network."""
    return [
        {
            "Network": f"**{presets()[row['name']].title}**, {row['steps']:,} steps  \n"
            + presets()[row["name"]].lesson,
            "The post": f"**{number(row['post'])}**  \nits last alone {number(row['post_last'])}"
            if row["post"]
            else number(None),
            "Here, mean": f"**{number(row['median'])}**  \n{number(row['lowest'])} to "
            f"{number(row['highest'])}, {row['seeds']} seeds",
            "Here, worst": f"**{number(row['worst'])}**  \n99.9 % below {number(row['p999'])}",
        }
        for row in rows
    ]


def reproduction_caption(rows: Sequence[Mapping[str, Any]]) -> str:
    """Explain the figures of `reproduction_table`."""
    return (
        f"Mean squared errors. The post's is the average of its last {LAST_PRINTS} printed ones, "
        f"each of a single training batch. Ours are of {SIGNALS:,} signals: the mean, as its "
        "median and range over seeds, with a standard error of at most "
        f"{max(row['uncertainty'] for row in rows):.1%}; the error that 99.9 % of them stay below, "
        "and that of the worst signal that a search through the whole range finds, as medians "
        "over the seeds. `python -m sinae reproduce` trains all of them again, with few seeds; "
        "what is told of a network ends with the command that made its line."
    )


def reproduction(preset: Preset, stored: Reproduction) -> str:
    """Say in Markdown what a preset teaches, how large the error of its worst signals is, and which
    command trained its seeds."""
    numbers = over_seeds(stored.runs)
    seconds = median(run["seconds"] for run in stored.runs)
    return (
        f"{preset.lesson} The worst signal that a search finds has an error of "
        f"{number(numbers['least_worst'])} in the best of {numbers['seeds']} seeds, of "
        f"{number(numbers['most_worst'])} in the worst. Each training took about "
        f"{duration(seconds)} of one core: `{stored.command}`."
    )


def what_was_in_the_way(report: Mapping[str, Reproduction]) -> str:
    """Explain in Markdown why the post's network came no further, with our figures for it."""
    post, ours = (over_seeds(report[name].runs) for name in (DEEP_THREE, "post-network-solved"))
    return (
        f"The post's deepest network with three nodes comes to {number(post['median'])} by the "
        f"post's recipe, and one of the same widths to {number(ours['median'])} by ours (medians "
        f"of {post['seeds']} and {ours['seeds']} seeds). So neither the waist was in its way nor "
        "the widths around it. Ours differs in several things; the table below takes most of them "
        "out, one at a time, of a wider network that is trained sooner. Without a rate that falls, "
        "the mean stays high. But what loses signals, more than all else, is the order in which a "
        "network meets them. Shown the whole family at once, it learns parts of it apart, and "
        "where two parts of its code meet, they may not fit. Grown from a patch, with silu and a "
        "linear bottleneck, its code has but one part."
    )


def growth_descriptions(runs: Mapping[str, Sequence[dict[str, Any]]]) -> dict[str, str]:
    """Describe in Markdown the figures of a growing code, by the kind of growth; from the runs of
    the ablations by variant."""
    told = {
        "both": "**Grown from a patch.** The fan of phases opens soon, until a loop closes; faster "
        "sines come in more slowly (grey: not yet)",
        "frequency": "**Without the fan.** Slow sines first too, but of all phases from the start",
        "off": "**Everything at once.** No slow sines first either",
    }
    variants = ("the whole recipe", "growing in frequency alone", "not growing")
    return {
        growth: f"{told[growth]}: {tears(over_seeds(list(runs[variant])))}."
        for growth, variant in zip(told, variants, strict=True)
    }


def growth_caption() -> str:
    """Explain what the figures of a growing code draw."""
    slow, middle, fast = FREQUENCIES
    return (
        f"Each panel holds the codes of sines of three frequencies ({slow:g}, {middle:g} and "
        f"{fast:g}), with every phase: a line that goes once round for each of them, coloured by "
        "phase (the faster, the thicker), seen along the two directions in which they spread most. "
        f"{SOLVED.name}, seed {SEED}; the errors are those on the held-out signals, of which there "
        f"are fewer than the table's: `{read('growth')['command']}`."
    )


def ablations_table(runs: Mapping[str, Sequence[dict[str, Any]]]) -> list[dict[str, str]]:
    """Return the errors of every ablation as a table of Markdown texts by column title."""
    rows = []
    for name, of_seeds in runs.items():
        found = over_seeds(list(of_seeds))
        rows.append(
            {
                "Recipe": name,
                "Mean": f"**{number(found['median'])}**  \n{number(found['lowest'])} to "
                f"{number(found['highest'])}",
                "Worst signal": f"**{number(found['worst'])}**  \n{number(found['least_worst'])} "
                f"to {number(found['most_worst'])}",
                "Seeds with a tear": f"{found['lost']} of {found['seeds']}",
            }
        )
    return rows


def ablations_caption(stored: Mapping[str, Any]) -> str:
    """Explain the figures of `ablations_table`."""
    return (
        f"{SOLVED.name}, {SOLVED.steps:,} steps, each line with one thing changed (for signals "
        "that are not scaled, clipping at 16 times the norm is the same): mean squared errors over "
        f"{SIGNALS:,} signals, and of the worst signal that a search finds, as median and range "
        "over the seeds. A seed has a tear where the signal with the largest error of all has one "
        f"of {LOST:.0%} of its own power or more; faint signals, of small errors, are not looked "
        f"at for that. `{stored['command']}`"
    )
