// The probe's state: what the page has sent, what the visitor has set, and what follows from both.

import { readView } from "./address.js";
import { adopted } from "./family.js";
import { preparer } from "./networks.js";

// Finds the networks that a view names: `shown`, which is the page's first if the view names none, and `other`
// to compare it with; each is null if there is none.
function chosen(networks, { network, compare }) {
  const shown = networks.find(({ id }) => id === network) ?? networks[0] ?? null;
  const other = networks.find(({ id }) => id === compare && id !== shown?.id) ?? null;
  return { shown, other };
}

const familyOf = ({ families }, network) => families[network?.family] ?? Object.values(families)[0];

export function newState() {
  const prepare = preparer();
  return {
    families: {},
    networks: [],
    run: null, // the run in training
    family: null, // the shown network's family of signals
    network: null, // the shown network, ready to run
    compared: null, // the network to compare it with, ready to run
    view: null, // what the visitor has set
    moving: null, // the key of the parameter that moved last
    playing: null, // the key of the parameter that moves by itself
    colors: {},
    width: 0, // the width of the network's picture

    // Takes over the view that a query describes.
    read(query) {
      const network = new URLSearchParams(query).get("network");
      this.family = familyOf(this, chosen(this.networks, { network }).shown);
      this.view = readView(this.family, query);
    },
    // Makes the networks ready that the view names. If the shown one has another family than before, that takes
    // over what it can of the values.
    choose() {
      const { view } = this;
      const { shown, other } = chosen(this.networks, view);
      const family = familyOf(this, shown);
      if (family.name !== this.family.name) {
        const adopt = (input) => ({ ...input, values: adopted(family, input.values, view.beyond) });
        Object.assign(view, adopt(view), { pinned: view.pinned && adopt(view.pinned) });
      }
      this.family = family;
      this.network = prepare(shown, family);
      this.compared = prepare(other, familyOf(this, other));
    },
    // Takes over news of the run in training; returns whether it is among the networks.
    learn({ now, shown }) {
      const trained = this.networks.find(({ id }) => id === this.run.id);
      if (trained) Object.assign(trained, { status: now.network, warning: now.warning ?? "" });
      if (trained && shown?.weights) Object.assign(trained, { weights: shown.weights, trained: true });
      return trained !== undefined;
    },
    // Returns whether the run in training is one of the networks on the screen.
    followsRun() {
      return this.run !== null && [this.network, this.compared].some((one) => one?.id === this.run.id);
    },
  };
}
