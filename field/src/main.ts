import { mount } from "svelte";
import "../../crates/simpul/src/platform/assets/simpul.css";
import "./field.css";
import App from "./App.svelte";
import { tongue } from "./lib/words.svelte";

document.documentElement.lang = tongue.lang;
const target = document.getElementById("app");
if (target) mount(App, { target });
