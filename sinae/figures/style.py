"""Colours and layouts that figures share. The browser adds the colours of text, grid and
background, which are the page's."""

from typing import Any

# Okabe and Ito 2008, "Color Universal Design": told apart by all, on light and on dark.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#2f8fce", "#e08a00", "#009e73", "#cc79a7", "#8a96a3"
DARK_ORANGE = "#b35c00"
SPACE_GRID = "#969ba0"  # of figures in space: seen on light and on dark
BLUE_BAND = f"{BLUE}47"  # with an opacity of 0.28

PAPER = {
    "text": "#1c2530",
    "background": "#ffffff",
    "grid": "#d5dae0",
    # One that every machine has: a picture carries none with it.
    "font": "Arial, Helvetica, sans-serif",
}
"""The colours and the font of pictures that leave the page."""

LEGEND = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"}


def panel(
    index: int, x_axis: dict[str, Any], y_axis: dict[str, Any], height: float = 0.47
) -> tuple[dict[str, str], dict[str, Any]]:
    """A place in a figure of six small ones, in two rows of three.

    Args:
        index: 0 to 5, row by row.
        x_axis, y_axis: what its axes have beside their place.
        height: as a share of the figure's, to 0.47; what is left above it is free.

    Returns:
        What names its axes in a trace, and the part of the layout that holds them.
    """
    row, column = divmod(index, 3)
    suffix = str(index + 1) if index else ""
    across, up = column * 0.345, 0.53 - row * 0.53
    axes = {
        f"xaxis{suffix}": {"domain": [across, across + 0.31], "anchor": f"y{suffix}", **x_axis},
        f"yaxis{suffix}": {"domain": [up, up + height], "anchor": f"x{suffix}", **y_axis},
    }
    return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}, axes
