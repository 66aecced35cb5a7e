// The path of the latent values in space: along a line for one latent, in a plane for two, in
// space for three and more (then the three that vary most).

import { clear } from "./curves.js";

// Which latents are drawn: at most three, those that vary most, in their order.
export function drawnLatents(latents) {
  return latents
    .map(({ spread }, i) => [spread, i])
    .sort((a, b) => b[0] - a[0])
    .slice(0, 3)
    .map(([, i]) => i)
    .sort((a, b) => a - b);
}

// From a point in space to the plane, y upwards: the second axis comes out of the page, slantwise,
// so that a way along all three at once, as latent values like to take, is seen at full length.
function project(point) {
  const [a, b = 0, c] = point;
  return c === undefined ? [a, b] : [a - 0.5 * b, c - 0.4 * b];
}

// loop, trail: lists of points; now, pinned: a point or null; names: one for each coordinate.
// The view is centred on the loop and as wide as it, so that the smallest one can be seen.
export function drawOrbit(canvas, { loop, trail, now, pinned, names }, colors) {
  const { context, width, height } = clear(canvas);
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
    const [x, y] = project(names.map((_, k) => (k === i ? half : 0)));
    context.strokeStyle = colors.grid;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(width / 2 - x, height / 2 + y);
    context.lineTo(width / 2 + x, height / 2 - y);
    context.stroke();
    context.fillStyle = colors.faint;
    context.fillText(name, Math.min(width - 10 - 3 * name.length, width / 2 + x + 10), Math.max(8, height / 2 - y - 6));
  });
  path(loop, colors.faint, 1.2);
  path(trail, colors.path, 2.5);
  if (pinned) spot(pinned, colors.pinned, 4);
  if (now) spot(now, colors.path, 5);
}
