// A practice: one small move at a time, and one tap that says how it went.
import * as outbox from "./outbox";
import * as screens from "./portal-screens";

let content = "";
let seconds = 0;
let id = crypto.randomUUID();
let outcome = "";

async function keep(revision: number, answers: Record<string, unknown>): Promise<void> {
  const payload = { entry_id: id, kind: "practice", content, dose_seconds: seconds, answers, state: "done", revision };
  const entry = await outbox.keep("entry", payload);
  void outbox.tell();
  void outbox.sendNow(entry.id);
}

function choose(dose: string): void {
  const first = screens.screen(`d${dose}s1`);
  if (!first) return;
  seconds = Number(first.dataset["seconds"]);
  screens.show(`d${dose}s1`);
}

async function told(how: string): Promise<void> {
  if (outcome) return;
  outcome = how;
  try {
    await keep(1, { outcome });
    screens.replace(`thanks-${outcome}`);
  } catch {
    location.assign(screens.plainForm());
  }
}

function clicked(event: Event): void {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-dose], [data-outcome]");
  if (button?.dataset["dose"]) choose(button.dataset["dose"]);
  else if (button?.dataset["outcome"]) void told(button.dataset["outcome"]);
}

function submitted(event: SubmitEvent): void {
  const form = (event.target as Element).closest<HTMLFormElement>("[data-after]");
  if (!form) return;
  event.preventDefault();
  const chosen = form.querySelector<HTMLInputElement>("input:checked");
  if (!chosen) return;
  void keep(2, { outcome, after: Number(chosen.value) }).then(() => {
    const thanks = form.parentElement?.querySelector<HTMLElement>("[data-after-thanks]");
    if (thanks) thanks.hidden = false;
    form.hidden = true;
    form.parentElement?.querySelector<HTMLElement>("h1")?.focus();
  });
}

/** Taken up again, for example with Back after it was saved, the steps make a new entry. */
function anew(event: Event): void {
  if (!outcome || !/^(choose|d\d)/.test((event as CustomEvent<string>).detail)) return;
  [id, outcome] = [crypto.randomUUID(), ""];
}

export function start(): void {
  const { portalStepPage } = document.body.dataset;
  if (!portalStepPage) return;
  content = portalStepPage;
  const asked = new URLSearchParams(location.search).get("d") ?? "";
  const first = /^[0-3]$/.test(asked) ? screens.screen(`d${asked}s1`) : null;
  screens.start("choose");
  if (first) {
    seconds = Number(first.dataset["seconds"]);
    screens.replace(`d${asked}s1`);
  }
  document.addEventListener("click", clicked);
  document.addEventListener("submit", submitted);
  document.addEventListener("solstice:screen", anew);
}
