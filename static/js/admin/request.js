// Asks the server for JSON as the person who is signed in. Throws when there is no good answer.

export async function ask(address, method = "GET", options = {}) {
  const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" };
  const response = await fetch(address, { method, headers, redirect: "manual", ...options });
  if (response.type === "opaqueredirect") throw Object.assign(new Error("signed out"), { signedOut: true });
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}
