// Whether the page is connected to its server: Streamlit says so on the app's element. Nothing is
// sent for it.

const STATE = "data-test-connection-state";

// Streamlit lays a dialog over a page whose server is gone, again at each try. What works without
// the server must stay in reach, and says by itself that it is not connected.
function closeDialog() {
  for (const dialog of document.querySelectorAll("[data-testid=stDialog]")) {
    if (dialog.textContent.includes("Connection error")) dialog.querySelector("button[aria-label=Close]")?.click();
  }
}

export function watchConnection(onChange) {
  const app = document.querySelector(`[${STATE}]`);
  if (!app) return () => {};
  const dialogs = new MutationObserver(closeDialog);
  const tell = () => {
    const connected = app.getAttribute(STATE) === "CONNECTED";
    onChange(connected);
    if (connected) return dialogs.disconnect();
    dialogs.observe(document.body, { childList: true });
    closeDialog();
  };
  const states = new MutationObserver(tell);
  states.observe(app, { attributeFilter: [STATE] });
  tell();
  return () => {
    states.disconnect();
    dialogs.disconnect();
  };
}
