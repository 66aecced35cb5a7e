// The path of the latent values in space: along a line for one latent, in a plane for two, in
// space for three and more (then the three that vary most).

import { clear } from "./curves.js";
import { roundUp } from "./networks.js";

const COS = Math.cos(Math.PI / 6);

// Which latents are drawn: at most three, those that vary most, in their order.
export function drawnLatents(latents) {
  return latents
    .map(({ spread }, i) => [spread, i])
    .sort((a, b) => b[0] - a[0])
    .slice(0, 3)
    .map(([, i]) => i)
    .sort((a, b) => a - b);
}

// From a point of the cube [-1, 1]^n to the square [-1, 1]^2, y upwards.
function project(point) {
  const [a, b = 0, c] = point;
  if (c === undefined) return [a, b];
  return [((a - b) * COS) / 1.8, (c - (a + b) / 2) / 2];
}

// loop, trail: lists of points; now, pinned: a point or null; names: one for each coordinate.
// The scale follows the loop in steps, so that a small one can be seen and a growing one grows.
export function drawOrbit(canvas, { loop, trail, now, pinned, names }, colors) {
  const { context, width, height } = clear(canvas);
  const half = Math.min(width, height) / 2 - 16;
  const reach = Math.max(0, ...[...loop, ...(now ? [now] : [])].flat().map(Math.abs));
  const scale = half / (reach > 0 && Number.isFinite(reach) ? roundUp(reach) : 1);
  const place = (point) => {
    const [x, y] = project(point);
    return [width / 2 + x * scale, height / 2 - y * scale];
  };
  const path = (points, color, lineWidth) => {
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.beginPath();
    points.forEach((point, i) => context[i ? "lineTo" : "moveTo"](...place(point)));
    context.stroke();
  };
  const spot = (point, color, radius) => {
    context.fillStyle = color;
    context.beginPath();
    context.arc(...place(point), radius, 0, 2 * Math.PI);
    context.fill();
  };
  context.font = `12px ${colors.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  names.forEach((name, i) => {
    const end = names.map((_, k) => (k === i ? half / scale : 0));
    path([end.map((v) => -v), end], colors.grid, 1);
    context.fillStyle = colors.faint;
    const [x, y] = place(end.map((v) => 1.02 * v));
    context.fillText(name, Math.min(width - 10 - 3 * name.length, x + 10), Math.max(8, Math.min(height - 8, y - 6)));
  });
  path(loop, colors.faint, 1.2);
  path(trail, colors.orbit, 2.5);
  if (pinned) spot(pinned, colors.pinned, 4);
  if (now) spot(now, colors.orbit, 5);
}
