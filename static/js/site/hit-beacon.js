// Where a CDN serves the pages, the page itself reports its reading: once, and only when the tab is visible.
const { reading } = document.querySelector("[data-reading]").dataset;
const seen = new AbortController();
const report = () => {
  if (document.visibilityState !== "visible") return;
  seen.abort();
  const from = document.referrer && new URL(document.referrer).origin; // the rest of the address is not sent
  navigator.sendBeacon(from ? `${reading}?from=${encodeURIComponent(from)}` : reading);
};
document.addEventListener("visibilitychange", report, { signal: seen.signal });
report();
