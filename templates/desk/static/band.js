// The virtual time of a rehearsal, on each of its pages: the server's clock is not the visitor's.
const bandTime = document.getElementById("band-time");

async function tellTime() {
  if (!document.hidden) {
    try {
      const answer = await fetch(bandTime.dataset.clock, { headers: { accept: "application/json" } });
      if (answer.ok) {
        const told = await answer.json();
        bandTime.dateTime = told.iso;
        bandTime.textContent = told.words;
      }
    } catch {
      // the desk was stopped; the page stays as it is
    }
  }
  setTimeout(tellTime, 2000);
}
if (bandTime && !document.getElementById("stage")) setTimeout(tellTime, 2000);
