import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: {
    // A screen is made anew for each place one goes to: what it was given never changes.
    warningFilter: (warning) => warning.code !== "state_referenced_locally",
  },
};
