// How Streamlit's own connection stands, and the dialog that it lays over a page whose server is gone.

const STATE = "data-test-connection-state"; // an attribute of the app's element

const app = document.querySelector(`[${STATE}]`);

export const isConnected = () => !app || app.getAttribute(STATE) === "CONNECTED";

// Calls `listener()` whenever the connection is seen to be lost.
export function onDisconnect(listener) {
  if (app) new MutationObserver(() => isConnected() || listener()).observe(app, { attributeFilter: [STATE] });
}

const dialogs = new MutationObserver(closeDialog);
function closeDialog() {
  for (const dialog of document.querySelectorAll("[data-testid=stDialog]")) {
    if (dialog.textContent.includes("Connection error")) dialog.querySelector("button[aria-label=Close]")?.click();
  }
}

// Keeps the dialog closed, which comes again at each try to connect, or lets it be. What works without the server
// must stay in reach, and says by itself that it is not connected.
export function keepDialogClosed(closed) {
  if (!closed) return dialogs.disconnect();
  dialogs.observe(document.body, { childList: true });
  closeDialog();
}
