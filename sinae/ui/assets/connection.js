// Whether the page is connected to its server: Streamlit says so on the app's element. Nothing is
// sent for it.

export function watchConnection(onChange) {
  const app = document.querySelector("[data-test-connection-state]");
  if (!app) return () => {};
  const tell = () => onChange(app.getAttribute("data-test-connection-state") === "CONNECTED");
  const observer = new MutationObserver(tell);
  observer.observe(app, { attributeFilter: ["data-test-connection-state"] });
  tell();
  return () => observer.disconnect();
}
