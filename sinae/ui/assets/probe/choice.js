// The choice of the network to show and of one to compare it with, and what there is to say about both.

import { finder, options, say } from "../dom.js";

export function choiceView(root, act) {
  const find = finder(root);
  for (const key of ["network", "compare"]) {
    find(`#${key}`).addEventListener("change", ({ target }) => act.choose({ [key]: target.value }));
  }
  return ({ networks, view, network, compared }) => {
    const entries = networks.map(({ id, name }) => [id, name]);
    const others = entries.filter(([id]) => id !== network?.id);
    options(find("#network"), entries.length ? entries : [["", "None yet"]], network?.id ?? "");
    options(find("#compare"), [["", others.length ? "Nothing" : "No other network yet"], ...others], compared?.id ?? "");
    find("#compare").disabled = !others.length;
    const unknown = view.network && network && network.id !== view.network;
    say(find(".status"), `${unknown ? "The network of this link is not among yours; this is another. " : ""}${network?.status ?? ""}`);
    const other = compared?.warning && `The network to compare with: ${compared.warning}`;
    say(find(".warning"), [network?.warning, other].filter(Boolean).join(" "));
  };
}
