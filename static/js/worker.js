// Readers without a connection get what they read before (templates/worker.js).
navigator.serviceWorker?.register("/worker.js").catch(() => {});
