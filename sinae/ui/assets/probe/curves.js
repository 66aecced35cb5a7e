// Draws signals into a canvas with light axes. A frame costs well under a millisecond, which is
// why the moving curves are drawn here and not by a charting library.

const LEFT = 30;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 10;

// Sets a canvas to its size on the screen and returns its context in CSS pixels, emptied.
export function clear(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

function axes(context, width, height, length, x, y, limit, colors) {
  context.strokeStyle = colors.grid;
  context.fillStyle = colors.faint;
  context.font = `12px ${colors.font}`;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [-limit, -limit / 2, 0, limit / 2, limit]) {
    const at = Math.round(y(value)) + 0.5;
    context.moveTo(LEFT, at);
    context.lineTo(width - RIGHT, at);
    context.fillText(String(value).replace("-", "−"), LEFT - 5, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  for (let value = 0; value < length; value += 20) {
    const at = Math.round(x(value)) + 0.5;
    context.moveTo(at, TOP);
    context.lineTo(at, height - BOTTOM);
    context.fillText(String(value), at, height - BOTTOM + 6);
  }
  context.stroke();
}

// curves: a list of {values, color, dash, width, dots}; the vertical axis goes a little beyond
// plus and minus `limit`, and what lies further out is cut off at the frame.
export function drawCurves(canvas, curves, limit, colors) {
  const { context, width, height } = clear(canvas);
  const { length } = curves[0].values;
  const x = (i) => LEFT + (i / (length - 1)) * (width - LEFT - RIGHT);
  const middle = (TOP + height - BOTTOM) / 2;
  const scale = (height - TOP - BOTTOM) / 2 / (limit * 1.08);
  axes(context, width, height, length, x, (value) => middle - value * scale, limit, colors);
  context.save();
  context.beginPath();
  context.rect(LEFT, TOP, width - LEFT - RIGHT + 2, height - TOP - BOTTOM);
  context.clip();
  context.lineJoin = "round";
  for (const { values, color, dash = [], width: lineWidth = 2.5, dots } of curves) {
    context.strokeStyle = context.fillStyle = color;
    context.lineWidth = lineWidth;
    context.setLineDash(dash);
    context.beginPath();
    let drawing = false; // a value that is no number leaves a gap
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) {
        drawing = false;
        continue;
      }
      const at = middle - Math.max(-1e5, Math.min(1e5, value * scale));
      if (dots) context.fillRect(x(i) - 1.5, at - 1.5, 3, 3);
      else if (drawing) context.lineTo(x(i), at);
      else context.moveTo(x(i), at);
      drawing = true;
    }
    context.stroke();
  }
  context.restore();
}
