// Draws signals into a canvas, with light axes.

import { clamp } from "../number.js";
import { clear, line, rule, write } from "./canvas.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [30, 10, 8, 22]; // pixels around the axes

function axes(context, width, height, length, x, y, limit, colors) {
  for (const value of [-limit, -limit / 2, 0, limit / 2, limit]) {
    const at = Math.round(y(value)) + 0.5;
    rule(context, [LEFT, at], [width - RIGHT, at], colors.grid);
    write(context, String(value).replace("-", "−"), LEFT - 5, at, colors.faint, "right");
  }
  for (let value = 0; value < length; value += 20) {
    const at = Math.round(x(value)) + 0.5;
    rule(context, [at, TOP], [at, height - BOTTOM], colors.grid);
    write(context, String(value), at, height - BOTTOM + 6, colors.faint, "center", "top");
  }
}

// Draws curves, a list of {values, color, dash, width, dots}. The vertical axis goes a little beyond plus and
// minus `limit`; what lies further out is cut off at the frame.
export function drawCurves(canvas, curves, limit, colors) {
  const { context, width, height } = clear(canvas, colors);
  const { length } = curves[0].values;
  const x = (i) => LEFT + (i / (length - 1)) * (width - LEFT - RIGHT);
  const scale = (height - TOP - BOTTOM) / 2 / (limit * 1.08);
  const y = (value) => (TOP + height - BOTTOM) / 2 - clamp(value * scale, -1e5, 1e5);
  axes(context, width, height, length, x, y, limit, colors);
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP, width - LEFT - RIGHT + 2, height - TOP - BOTTOM);
  context.clip();
  context.lineJoin = "round";
  for (const { values, color, dash, width: lineWidth = 2.5, dots } of curves) {
    const points = Array.from(values, (value, i) => [x(i), Number.isFinite(value) ? y(value) : NaN]);
    if (!dots) line(context, points, color, lineWidth, dash);
    context.fillStyle = color;
    if (dots) for (const [at, up] of points) context.fillRect(at - 1.5, up - 1.5, 3, 3);
  }
  context.restore();
}
