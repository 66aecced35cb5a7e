// An invisible component for a browser that sent no cookie, as in a frame on another site's page: it tells the
// server the visitor's secret name, which the browser's own storage keeps, apart for each such site.

import { component } from "./mount.js";
import { OWNER_NAME } from "./protocol.js";

const KEPT = "sinae-owner";
const form = new RegExp(`^${OWNER_NAME}$`);

// Returns the name that is kept, from now on the offered one if there was none; empty where nothing can be kept.
function nameOr(offered) {
  try {
    if (!form.test(localStorage.getItem(KEPT))) localStorage.setItem(KEPT, offered);
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return "";
  }
}

export default component("sinae-unseen", (_root, page) => ({ offered }) => {
  if (offered) page.state("owner", nameOr(offered));
});
