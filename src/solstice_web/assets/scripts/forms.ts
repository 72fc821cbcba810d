// Forms that survive a dead network: kept on the phone first, sent after, then on to the next question.
import * as outbox from "./outbox";
import * as vault from "./vault";

const WAIT_MS = 4000;
const LEAVE_OUT = new Set(["csrfmiddlewaretoken", "client_id", "person"]);

/** What the form holds: names with their text; a name that occurs more than once becomes a list. */
export function payload(form: HTMLFormElement, submitter: HTMLElement | null): Record<string, unknown> {
  const held: Record<string, unknown> = JSON.parse(form.dataset["outboxPayload"] ?? "{}") as Record<string, unknown>;
  const data = new FormData(form);
  if (submitter instanceof HTMLButtonElement && submitter.name) data.append(submitter.name, submitter.value);
  for (const name of new Set(data.keys())) {
    if (LEAVE_OUT.has(name)) continue;
    const values = data.getAll(name).filter((value): value is string => typeof value === "string");
    held[name] = values.length === 1 ? values[0] : values;
  }
  return held;
}

const within = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), WAIT_MS))]);

/** Only an address of our own is followed. */
function ours(address: string): string | null {
  const url = new URL(address, location.href);
  return url.origin === location.origin ? url.href : null;
}

/** Shows one question of a page that holds several, and hides the others. */
function showQuestion(id: string): boolean {
  const next = document.getElementById(id);
  if (!next?.matches("[data-question]")) return false;
  for (const other of document.querySelectorAll<HTMLElement>("[data-question]")) other.hidden = other !== next;
  next.tabIndex = -1;
  next.focus();
  scrollTo(0, 0);
  return true;
}

async function go(next: string | undefined): Promise<void> {
  if (!next) return;
  if (next.startsWith("#") && showQuestion(next.slice(1))) return;
  const address = ours(next);
  if (address) location.assign(address);
}

async function submit(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
  const chosen = form.querySelector<HTMLElement>("input[data-next]:checked, option[data-next]:checked");
  const held = payload(form, submitter);
  const entry = await outbox.keep(form.dataset["outboxKind"] ?? "entry", held);
  void outbox.tell();
  const sent = outbox.sendNow(entry.id);
  const ahead = chosen?.dataset["next"] ?? form.dataset["next"];
  // within a page nothing needs to be waited for: the entry is on the phone
  const result = ahead?.startsWith("#") ? undefined : await within(sent);
  if (result?.state === "refused") return;
  if (result) await vault.note("saved", "yes");
  form.dispatchEvent(new CustomEvent("solstice:kept", { bubbles: true, detail: { id: entry.id, result: result ?? null } }));
  const next = chosen?.dataset["next"] ?? result?.next ?? form.dataset["next"];
  if (next) await go(next);
  else form.reset();
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.dataset["outboxKind"] || form.dataset["ordinary"]) return;
  event.preventDefault();
  if (form.dataset["busy"]) return;
  form.dataset["busy"] = "yes";
  submit(form, event.submitter)
    .catch(() => {
      // the phone cannot keep it (storage full or blocked): the ordinary way is still there
      form.dataset["ordinary"] = "yes";
      form.requestSubmit(event.submitter);
    })
    .finally(() => delete form.dataset["busy"]);
}

/** A tap on an answer is the answer; moving through answers with the keyboard is not. */
function followTaps(): void {
  let tapped: EventTarget | null = null;
  document.addEventListener("pointerup", (event) => {
    tapped = (event.target as Element | null)?.closest(".so-choice, .so-scale__point") ?? null;
  });
  document.addEventListener("keydown", () => {
    tapped = null;
  });
  document.addEventListener("click", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "radio") return;
    if (!input.form?.hasAttribute("data-outbox-tap") || tapped !== input.closest(".so-choice, .so-scale__point")) return;
    tapped = null;
    input.form.requestSubmit();
  });
}

export function start(): void {
  document.addEventListener("submit", onSubmit);
  followTaps();
  const questions = document.querySelectorAll<HTMLElement>("[data-question]");
  questions.forEach((question, at) => {
    question.hidden = at > 0;
  });
}
