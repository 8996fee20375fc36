// Sets up a passkey, or signs in with one. The buttons are hidden where the browser knows no passkeys.

import { requestJson } from "./request.js";

const ceremonies = {
  "set-up": async (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  "sign-in": async (options) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function usePasskey(element) {
  const { passkey, begin, complete } = element.dataset;
  const options = await requestJson(begin, "POST");
  const credential = await ceremonies[passkey](options);
  const answer = await requestJson(complete, "POST", { body: JSON.stringify(credential) });
  location.assign(answer.address);
}

if (window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const element of document.querySelectorAll("[data-passkey]")) {
    const [button, message] = [element.querySelector("button"), element.querySelector("[role=alert]")];
    let isBusy = false; // not disabled, which would take the focus away from people at a keyboard
    element.hidden = false;
    button.addEventListener("click", async () => {
      if (isBusy) return;
      isBusy = true;
      message.textContent = "";
      try {
        await usePasskey(element);
      } catch {
        message.textContent = message.dataset.message;
      } finally {
        isBusy = false;
      }
    });
  }
}
