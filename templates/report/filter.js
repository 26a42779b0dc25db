for (const field of document.querySelectorAll("input[data-filter]")) {
  const rows = document.querySelectorAll(field.dataset.filter);
  field.hidden = false;
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of rows) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
  });
}
