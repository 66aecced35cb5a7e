// What every part of a page does with its elements.

const made = (parent, element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
};

// A new element at the end of another.
export function element(parent, tag, attributes = {}, text = "") {
  const child = made(parent, document.createElement(tag), attributes);
  if (text) child.textContent = text;
  return child;
}

export const svg = (parent, tag, attributes) => made(parent, document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);

export function button(parent, text, attributes, onClick) {
  const child = element(parent, "button", { type: "button", ...attributes }, text);
  child.addEventListener("click", onClick);
  return child;
}

export const finder = (root) => (selector) => root.querySelector(selector);

// Puts a text where another one stands: the same again would be read out again.
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// Fills a select with [value, text] entries where it has others, and chooses a value.
export function options(select, entries, chosen) {
  const has = Array.from(select.options, ({ value, text }) => [value, text]);
  if (JSON.stringify(has) !== JSON.stringify(entries)) select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (select.value !== chosen) select.value = chosen;
}

// A button that shows an explanation, which is put behind it.
export function explanation(parent, label, id, text) {
  button(parent, "?", { class: "why", "aria-label": label, popovertarget: id }, () => {});
  element(parent, "p", { id, class: "about", popover: "" }, text);
}

// Calls a listener of a target until the function that is returned is called.
export function listen(target, type, listener, options) {
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener, options);
}

// Gives the address another query, without a new entry of the history.
export function replaceQuery(query) {
  if (query === location.search.slice(1)) return;
  history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
}
