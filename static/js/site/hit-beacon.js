// Where a CDN answers for us, the page itself tells that it is being read: once, and not before somebody sees it.
const { reading } = document.querySelector("[data-reading]").dataset;
const seen = new AbortController();
const tell = () => {
  if (document.visibilityState !== "visible") return;
  seen.abort();
  const from = document.referrer && new URL(document.referrer).origin; // nothing more of it is told
  navigator.sendBeacon(from ? `${reading}?from=${encodeURIComponent(from)}` : reading);
};
document.addEventListener("visibilitychange", tell, { signal: seen.signal });
tell();
