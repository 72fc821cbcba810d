// Today: a tap on energy shows the step of that size at once, with or without network; rest is saved like a step.
import * as outbox from "./outbox";

async function keep(kind: string, payload: Record<string, unknown>): Promise<void> {
  const entry = await outbox.keep(kind, payload);
  void outbox.tell();
  void outbox.sendNow(entry.id);
}

const form = (name: string): HTMLFormElement | null => document.querySelector<HTMLFormElement>(`form[data-portal-${name}]`);

function showCard(level: string): void {
  for (const card of document.querySelectorAll<HTMLElement>("[data-energy-card]")) card.hidden = card.dataset["energyCard"] !== level;
  const told = document.querySelector<HTMLElement>("[data-portal-told]");
  if (told) told.hidden = false;
  focus(document.querySelector<HTMLElement>(`[data-energy-card="${level}"] .so-card__title`));
}

function focus(heading: HTMLElement | null): void {
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}

async function energy(asked: HTMLFormElement, tapped: HTMLElement | null): Promise<void> {
  if (!(tapped instanceof HTMLButtonElement)) return;
  await keep("energy", { energy: Number(tapped.dataset["scale"]) });
  asked.hidden = true;
  showCard(tapped.value);
}

async function rest(asked: HTMLFormElement): Promise<void> {
  await keep("entry", { kind: "rest", answers: {}, state: "done" });
  for (const one of document.querySelectorAll<HTMLElement>("[data-portal-step], form[data-portal-energy]")) one.hidden = true;
  asked.hidden = true;
  const rested = document.querySelector<HTMLElement>("[data-portal-rested]");
  if (rested) rested.hidden = false;
  focus(rested?.querySelector<HTMLElement>(".so-card__title") ?? null);
}

function submitted(event: SubmitEvent): void {
  const asked = event.target;
  if (!(asked instanceof HTMLFormElement) || (asked !== form("energy") && asked !== form("rest"))) return;
  if (asked.dataset["ordinary"]) return;
  event.preventDefault();
  const work = asked === form("rest") ? rest(asked) : energy(asked, event.submitter);
  work.catch(() => {
    // the phone cannot keep it: the ordinary way is still there
    asked.dataset["ordinary"] = "yes";
    asked.requestSubmit(event.submitter);
  });
}

export function start(): void {
  document.addEventListener("submit", submitted);
  document.addEventListener("click", (event) => {
    const again = (event.target as Element | null)?.closest("[data-portal-again]");
    const asked = form("energy");
    if (!again || !asked) return;
    event.preventDefault();
    asked.hidden = false;
    for (const card of document.querySelectorAll<HTMLElement>("[data-energy-card]")) card.hidden = true;
    const told = document.querySelector<HTMLElement>("[data-portal-told]");
    if (told) told.hidden = true;
    asked.querySelector<HTMLElement>("button")?.focus();
  });
}
