// Registers the service worker, which shows readers without a connection the pages they have read (templates/service_worker.js).
navigator.serviceWorker?.register("/worker.js").catch(() => {});
