// Replaces the still picture of a video by its player when a reader presses it. Until then nothing is loaded from another host.
for (const link of document.querySelectorAll("[data-player]")) {
  link.setAttribute("role", "button"); // a press opens no page any more, except in a new window
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    play(link);
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    play(link);
  });
}

function play(link) {
  const frame = document.createElement("iframe");
  frame.src = link.dataset.player;
  frame.title = link.querySelector(".video-title").textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // players check which site embeds them
  link.replaceWith(frame);
  frame.focus();
}
