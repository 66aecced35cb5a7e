// The waveforms by name. Each is a module of pure functions: `evaluate(values, window)` gives the
// signal of some values, (length,) float64; where it can, `fit(signal, family)` gives the closest
// member of a family, {values, mse}; `SPOKEN` says the values of some parameters in more words than
// their unit has. A window is {length, middle}: x goes from 0 to length - 1.

import * as sine from "./sine.js";

export const WAVEFORMS = { sine };
