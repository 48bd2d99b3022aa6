// Votes that cost credits: a slider and a number that say the same, and what it costs, in the words of the page.
//
//   <div data-credits="left" data-credits-text="{cost} of {left}"><input type="range"><input type="number" name="params.votes"><output></output></div>

export function keepCredits() {
  document.addEventListener("input", ({ target }) => {
    const group = target.closest("[data-credits]");
    if (group) show(group, target);
  });
}

function show(group, moved) {
  const [slider, number] = [group.querySelector("input[type=range]"), group.querySelector("input[type=number]")];
  const votes = Math.trunc(Number(moved.value));
  if (!votes) return;
  for (const control of [slider, number]) if (control !== moved) control.value = votes;
  const left = Number(group.dataset.credits);
  const output = group.querySelector("output");
  output.textContent = group.dataset.creditsText.replace("{votes}", votes).replace("{cost}", votes ** 2).replace("{left}", left);
  output.classList.toggle("is-over", votes ** 2 > left);
}
