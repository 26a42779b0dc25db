// Copies the address of the feed; without a clipboard it is selected, to be copied by hand.
const copy = document.getElementById("copy");
const address = document.getElementById("address");
if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      copy.textContent = copy.dataset.done;
    } catch {
      address.focus();
    }
  });
}
