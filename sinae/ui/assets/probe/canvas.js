// Drawing into a canvas, in CSS pixels. A frame costs well under a millisecond, which is why what moves with
// the hand is drawn here and not by a charting library.

// Empties a canvas, which takes its size on the screen, and returns its context and size in CSS pixels.
export function clear(canvas, colors) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) Object.assign(canvas, pixels);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `12px ${colors.font}`;
  return { context, width, height };
}

// Draws a line through points, each [x, y]; a point whose y is not finite leaves a gap.
export function line(context, points, color, width, dash = []) {
  Object.assign(context, { strokeStyle: color, lineWidth: width });
  context.setLineDash(dash);
  context.beginPath();
  points.forEach(([x, y], i) => {
    if (Number.isFinite(points[i - 1]?.[1])) context.lineTo(x, y);
    else context.moveTo(x, y);
  });
  context.stroke();
}

// Draws a thin straight line between two points.
export const rule = (context, from, to, color) => line(context, [from, to], color, 1);

// Writes a text at a point, aligned as the words of the canvas API say.
export function write(context, text, x, y, color, textAlign = "center", textBaseline = "middle") {
  Object.assign(context, { fillStyle: color, textAlign, textBaseline });
  context.fillText(text, x, y);
}
