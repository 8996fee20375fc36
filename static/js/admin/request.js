// Requests JSON from the server as the user who is signed in. Throws when the answer is not a good one; the error has signedOut
// when the server wants a new sign-in.

export async function requestJson(address, method = "GET", options = {}) {
  const headers = { "X-CSRFToken": csrfToken(), "Content-Type": "application/json" };
  const response = await fetch(address, { method, headers, redirect: "manual", ...options });
  if (response.type === "opaqueredirect") throw Object.assign(new Error("signed out"), { signedOut: true });
  if (!response.ok) throw new Error(response.status);
  return response.json();
}

export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "";
}
