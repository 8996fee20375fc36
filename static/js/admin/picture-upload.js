// Uploads pictures to the library as soon as they are chosen or dropped: one after the other, each with its progress and with
// the reason if the server refuses it. An "uploaded" event follows each picture that arrived.

for (const form of document.querySelectorAll("[data-upload]")) begin(form);

function begin(form) {
  const input = form.querySelector('[type="file"]');
  const list = form.querySelector("ol");
  form.querySelector('[type="submit"]').hidden = true; // choosing a file is enough
  let line = Promise.resolve();

  const take = (files) => {
    for (const file of files) {
      const item = list.appendChild(entry(file.name, form.dataset.waiting));
      line = line.then(() => send(form, file, item));
    }
  };

  input.addEventListener("change", () => {
    take([...input.files]);
    input.value = "";
  });
  for (const type of ["dragenter", "dragover"]) {
    form.addEventListener(type, (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("over");
    });
  }
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
}

function entry(name, state) {
  const item = document.createElement("li");
  item.innerHTML = "<span></span> <progress max=100 value=0></progress> <em></em>";
  item.querySelector("span").textContent = name;
  item.querySelector("progress").setAttribute("aria-label", name);
  item.querySelector("em").textContent = state;
  return item;
}

async function send(form, file, item) {
  const [progress, state] = [item.querySelector("progress"), item.querySelector("em")];
  const answer = await post(form, file, (part) => {
    progress.value = part * 100;
    state.textContent = part < 1 ? `${Math.round(part * 100)} %` : form.dataset.working;
  });
  progress.remove();
  const [picture] = answer?.pictures ?? [];
  if (!picture) {
    item.className = "refused";
    item.firstElementChild.remove();
    state.textContent = answer?.refused?.[0] ?? `${file.name}: ${form.dataset.away}`;
    return;
  }
  const link = Object.assign(document.createElement("a"), { href: picture.change, textContent: file.name });
  const image = Object.assign(document.createElement("img"), { src: picture.thumbnail, alt: "" });
  item.firstElementChild.replaceWith(image, link);
  state.textContent = form.dataset.done;
  form.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: picture }));
}

// fetch() does not report the progress of an upload.
function post(form, file, onProgress) {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.querySelector('[name="csrfmiddlewaretoken"]').value);
  data.append("pictures", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 1));
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(request.status === 200 ? request.response : null));
    request.send(data);
  });
}
