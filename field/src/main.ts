import { mount } from "svelte";
import "../../crates/simpul/src/platform/assets/simpul.css";
import "./field.css";
import App from "./App.svelte";
import { tongue } from "./lib/words.svelte";

document.documentElement.lang = tongue.lang;
const target = document.getElementById("app");
if (target) mount(App, { target });

// The new version waits until every window of the old one is closed: it interrupts no entry.
if ("serviceWorker" in navigator && import.meta.env.PROD) {
  void navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`, { scope: import.meta.env.BASE_URL });
}
void navigator.storage?.persist?.();
