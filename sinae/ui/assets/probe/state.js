// The probe's state: what the page sent, what the visitor has set, and what follows from both.

import { readView } from "./address.js";
import { adopted } from "./family.js";
import { preparer } from "./networks.js";

const networkIn = (query) => new URLSearchParams(query).get("network");

// The networks of a view among those of the page: `shown`, the first where the view names none of
// them, and `other`, to compare with; null for none.
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
    run: null, // the one that trains
    family: null, // of the network that is shown
    network: null, // that is shown, made ready
    compared: null, // the other one
    view: null, // what the visitor has set
    moving: null, // the key of the parameter that moved last
    playing: null, // the key of the one that moves by itself
    colors: {},
    width: 0, // of the network's picture

    // Takes the view that a query describes.
    read(query) {
      this.family = familyOf(this, chosen(this.networks, { network: networkIn(query) }).shown);
      this.view = readView(this.family, query);
    },
    // Makes the networks that the view names ready; the one that is shown may be of another family,
    // which then takes over what it can of the values.
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
    // Takes news of the run that trains; returns whether it is among the networks.
    learn({ now, shown }) {
      const trained = this.networks.find(({ id }) => id === this.run.id);
      if (trained) Object.assign(trained, { status: now.network, warning: now.warning ?? "" });
      if (trained && shown?.weights) Object.assign(trained, { weights: shown.weights, trained: true });
      return trained !== undefined;
    },
    // Whether it is shown, or compared with.
    followsRun() {
      return this.run !== null && [this.network, this.compared].some((one) => one?.id === this.run.id);
    },
  };
}
