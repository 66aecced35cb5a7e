// Draws the path of the latent values: along a line for one latent, in a plane for two, in space for three.

import { clear, line, rule, write } from "./canvas.js";

// Returns the numbers of the latents to draw: the three that vary most, or all if there are fewer, in their order.
export function drawnLatents(latents) {
  return latents
    .map((_, i) => i)
    .sort((i, j) => latents[j].spread - latents[i].spread)
    .slice(0, 3)
    .sort((i, j) => i - j);
}

// Projects a point in space onto the plane, y upwards. The second axis comes out of the page, slantwise, so
// that a way along all three at once, which latent values like to take, is seen at full length.
function project([a, b = 0, c]) {
  return c === undefined ? [a, b] : [a - 0.5 * b, c - 0.4 * b];
}

// loop, trail: lists of points; now, pinned: a point or null; names: one for each coordinate. The view is
// centred on the loop and as wide as it, so that the smallest one can be seen.
export function drawTraversal(canvas, { loop, trail, now, pinned, names }, colors) {
  const { context, width, height } = clear(canvas, colors);
  const half = Math.min(width, height) / 2 - 16;
  const seen = (loop.length ? loop : [...trail, ...(now ? [now] : [])]).map(project);
  const ends = [0, 1].map((k) => [Math.min(...seen.map((p) => p[k])), Math.max(...seen.map((p) => p[k]))]);
  const middle = ends.map(([low, high]) => (low + high) / 2);
  const reach = Math.max(...ends.map(([low, high]) => (high - low) / 2));
  const scale = half / (reach > 0 && Number.isFinite(reach) ? reach : 1);
  const place = (point) => {
    const [x, y] = project(point);
    return [width / 2 + (x - middle[0]) * scale, height / 2 - (y - middle[1]) * scale];
  };
  const path = (points, color, lineWidth) => line(context, points.map(place), color, lineWidth);
  const spot = (point, color, radius) => {
    context.fillStyle = color;
    context.beginPath();
    context.arc(...place(point), radius, 0, 2 * Math.PI);
    context.fill();
  };
  names.forEach((name, i) => {
    const [x, y] = project(names.map((_, k) => (k === i ? half : 0)));
    const [right, top] = [width / 2 + x, height / 2 - y];
    rule(context, [width - right, height - top], [right, top], colors.grid);
    write(context, name, Math.min(width - 10 - 3 * name.length, right + 10), Math.max(8, top - 6), colors.faint);
  });
  path(loop, colors.faint, 1.2);
  path(trail, colors.path, 2.5);
  if (pinned) spot(pinned, colors.pinned, 4);
  if (now) spot(now, colors.path, 5);
}
