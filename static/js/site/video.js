// Puts the player where the still of a video was, once somebody presses it. Until then nothing is asked of another host.
for (const link of document.querySelectorAll("[data-player]")) {
  link.setAttribute("role", "button"); // it leads nowhere any more, except in a window of its own
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
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // a player wants to know which site shows it
  link.replaceWith(frame);
  frame.focus();
}
