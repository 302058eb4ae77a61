"""The confusion table as a picture."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from linli.evaluation.figures import NOTHING

# Inches: a cell holds three digits, the names of intents stand beside.
CELL = 0.42
MARGINS = (2.6, 2.4)


def draw_confusions(counts: Mapping[tuple[str, str], int], path: Path) -> None:
    """Draw what was understood (columns) for what was meant (rows); darker is more of the row, red is wrong. Raises `OSError`."""
    # Half a second, for whoever asks for a picture only.
    from matplotlib.figure import Figure  # noqa: PLC0415

    meant = _in_order({intent for intent, _ in counts})
    understood = _in_order({intent for _, intent in counts} | set(meant))
    table = np.array([[counts.get((row, column), 0) for column in understood] for row in meant])
    size = (MARGINS[0] + CELL * len(understood), MARGINS[1] + CELL * len(meant))
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot(title=f"What was understood of {table.sum()} files")
    shares = table / table.sum(axis=1, keepdims=True)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=2)  # not so dark that figures drown
    axes.set_xticks(range(len(understood)), understood, rotation=90)
    axes.set_yticks(range(len(meant)), meant)
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    axes.hlines(np.arange(len(meant)) - 0.5, -0.5, len(understood) - 0.5, color="lightgrey", linewidth=0.5)
    axes.vlines(np.arange(len(understood)) - 0.5, -0.5, len(meant) - 0.5, color="lightgrey", linewidth=0.5)
    for row, column in np.argwhere(table):
        colour, weight = ("black", "normal") if meant[row] == understood[column] else ("darkred", "bold")
        axes.text(column, row, str(table[row, column]), ha="center", va="center", fontsize=9, color=colour, weight=weight)
    figure.savefig(path, dpi=110, format="png")


def _in_order(intents: set[str]) -> list[str]:
    return sorted(intents, key=lambda intent: (intent == NOTHING, intent))
