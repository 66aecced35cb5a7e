// Saves a chart as a picture for paper: dark on white whatever the page's theme, with a title that says what
// it shows and the settings, under a name of its own.

import { PAPER } from "../protocol.js";
import { themed } from "./plotly.js";

const WIDTH = 1000;
const SCALE = 2; // the picture's pixels for each of the layout's
const EDGE = 12; // the space around the title
const LINE = 20; // the height of a line of the title
const CHARACTERS = 120; // the most in a line of the title

export function savePicture(plot) {
  const { data, layout } = plot;
  const lines = layout.meta.title.split("\n").flatMap(wrapped);
  const room = lines.length * LINE + 2 * EDGE;
  const top = layout.margin.t + room;
  // Not Plotly's own title: over figures in space it puts the first lines outside the picture.
  const text = [`<b>${lines[0]}</b>`, ...lines.slice(1)].join("<br>");
  const atLeft = { x: 0, xref: "paper", xanchor: "left", xshift: EDGE - layout.margin.l };
  const atTop = { y: 1, yref: "paper", yanchor: "top", yshift: top - EDGE };
  const title = { text, font: { size: 14 }, align: "left", showarrow: false, ...atLeft, ...atTop };
  const picture = {
    ...themed(layout, { ...PAPER, behind: PAPER.background }),
    margin: { ...layout.margin, t: top },
    annotations: [...(layout.annotations ?? []), title],
  };
  return window.Plotly.downloadImage(
    { data, layout: picture },
    { format: "png", filename: layout.meta.filename, width: WIDTH, height: layout.height + room, scale: SCALE },
  );
}

// Breaks a text into lines between its words; a word that is longer than a line gets one of its own.
function wrapped(text) {
  return text.match(new RegExp(`\\S.{0,${CHARACTERS - 1}}(?= |$)|\\S+`, "g")) ?? [""];
}
