// Lists the articles cached on this device by their titles, the newest first.
const list = document.querySelector("[data-kept]");
if ("caches" in window) {
  const pages = await caches.open("pages-1");
  for (const request of (await pages.keys()).reverse()) {
    const { pathname } = new URL(request.url);
    if (!/\/news\/\d+-/.test(pathname)) continue;
    const page = new DOMParser().parseFromString(await (await pages.match(request)).text(), "text/html");
    const link = document.createElement("a");
    link.href = pathname;
    link.lang = page.documentElement.lang;
    link.dir = page.documentElement.dir;
    link.textContent = page.querySelector("h1").textContent;
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  list.parentElement.hidden = !list.children.length;
}
