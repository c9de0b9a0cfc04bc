import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { words } from "./scripts/words.mjs";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "/lapangan/",
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  // The style sheet of the pages lies beside the server's own sources.
  server: { fs: { allow: [here("..")] } },
  plugins: [
    words(here("..")),
    svelte(),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "src",
      filename: "sw.ts",
      injectRegister: false,
      injectManifest: {
        globPatterns: ["**/*.{js,css,html,svg,png,wasm,webmanifest}"],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
      manifest: {
        name: "Simpul Lapangan",
        short_name: "Simpul",
        description: "Hari buka Posyandu, tanpa sinyal pun tercatat.",
        lang: "id",
        start_url: "/lapangan/",
        scope: "/lapangan/",
        display: "standalone",
        background_color: "#faf6ef",
        theme_color: "#0b4f4a",
        icons: [
          { src: "icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "any maskable" },
        ],
      },
    }),
  ],
});
