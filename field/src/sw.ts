/** Keeps the app itself for weeks without network. Answers of the server never come in here. */

import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] };

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);

const first = createHandlerBoundToURL("/lapangan/index.html");
self.addEventListener("fetch", (event) => {
  if (event.request.mode !== "navigate") return;
  if (!new URL(event.request.url).pathname.startsWith("/lapangan")) return;
  event.respondWith(first({ event, request: event.request, url: new URL(event.request.url) }));
});
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
