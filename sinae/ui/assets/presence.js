// Tells the server now and then that the visitor is there, on whatever page, so that their run
// goes on. Nothing is seen of it.

import { heading } from "./news.js";

const MILLISECONDS = 20_000;

export default function presence({ data, parentElement }) {
  const tell = () => fetch(data.path, heading(data.key)).catch(() => {});
  parentElement.classList.add("sinae-unseen");
  clearInterval(parentElement.telling);
  if (data.key) {
    tell();
    parentElement.telling = setInterval(tell, MILLISECONDS);
  }
  // Also called for a value that a newer one overtook.
  return () => setTimeout(() => parentElement.isConnected || clearInterval(parentElement.telling));
}
