// Makes elements, fills them and listens to them.

const made = (parent, element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  parent.append(element);
  return element;
};

// Makes an element at the end of another.
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

// Changes a text. Writing the same text again would have it read out again.
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// Fills a select with [value, text] entries, unless it has them already, and chooses a value.
export function options(select, entries, chosen) {
  const has = Array.from(select.options, ({ value, text }) => [value, text]);
  if (JSON.stringify(has) !== JSON.stringify(entries)) select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  if (select.value !== chosen) select.value = chosen;
}

// Adds a listener and returns the function that removes it.
export function listen(target, type, listener, options) {
  target.addEventListener(type, listener, options);
  return () => target.removeEventListener(type, listener, options);
}

// Gives the address another query, without a new entry in the browser's history.
export function replaceQuery(query) {
  if (query === location.search.slice(1)) return;
  history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
}
