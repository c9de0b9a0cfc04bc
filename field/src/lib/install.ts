/**
 * Keeps the app on the phone. The new version waits until every window of the old one is closed:
 * it interrupts no entry.
 */
export function install() {
  if ("serviceWorker" in navigator && import.meta.env.PROD) {
    void navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL });
  }
  void navigator.storage?.persist?.();
}
