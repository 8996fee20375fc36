// Readers without a connection get what they read before (templates/service_worker.js).
navigator.serviceWorker?.register("/worker.js").catch(() => {});
