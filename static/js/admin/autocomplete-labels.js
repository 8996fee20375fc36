// Gives the admin's autocompletes (Select2) accessible names, which Django leaves out.

const $ = window.django?.jQuery;
const labelOf = (select) => document.querySelector(`label[for="${select.id}"]`);

if ($) {
  // The cross that clears a multiple choice is inside the list of choices, where ARIA allows only choices.
  for (const select of document.querySelectorAll(".admin-autocomplete[multiple]")) select.dataset.allowClear = "false";
  $(() => document.querySelectorAll(".admin-autocomplete").forEach(name)); // after Django's own handler, which was registered first
  $(document).on("select2:open", ({ target }) => {
    const search = document.querySelector(".select2-container--open > .select2-dropdown .select2-search__field");
    search?.setAttribute("aria-label", labelOf(target)?.textContent.trim() ?? "");
  });
}

function name(select) {
  const label = labelOf(select);
  const box = select.nextElementSibling;
  if (!label || !box) return;
  label.id ||= `${select.id}_label`;
  box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", label.id);
  const chosen = box.querySelector("[role=textbox]");
  chosen?.setAttribute("aria-labelledby", label.id);
  box.querySelector("[role=combobox]").setAttribute("aria-labelledby", `${label.id} ${chosen?.id ?? ""}`.trim());
}
