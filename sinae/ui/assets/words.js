// How numbers are put into words on the probe.

// A latent value.
export function signed(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  return `${value < 0 ? "−" : ""}${size >= 1000 ? size.toExponential(1) : size.toFixed(size >= 100 ? 1 : 2)}`;
}

// A mean squared error, with three significant digits.
export function error(mse) {
  if (!Number.isFinite(mse)) return "–";
  if (mse === 0) return "0";
  return mse >= 1e5 || mse < 1e-4 ? mse.toExponential(1) : mse.toPrecision(3);
}

// The parameters of a sine, as a screen reader says them.
export const SPOKEN = {
  phase: (value) => `${value.toFixed(2)} radians, ${(value / 2 / Math.PI).toFixed(2)} turns`,
  frequency: (value) => `${value.toFixed(3)} radians per point, a wave is ${((2 * Math.PI) / value).toFixed(0)} points long`,
  amplitude: (value) => value.toFixed(2),
};
