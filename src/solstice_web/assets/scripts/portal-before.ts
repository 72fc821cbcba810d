// Telling what was before: with a network the page is an ordinary form; without one the answer is kept on the phone.
import * as outbox from "./outbox";
import * as vault from "./vault";

const PATIENCE_MS = 4000;

/** Whether the clinic answers now. A phone that says it is online may still be in a tunnel. */
async function reachable(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const patience = new AbortController();
  const giveUp = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    return (await fetch("/health", { method: "HEAD", cache: "no-store", signal: patience.signal })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(giveUp);
  }
}

/** The answer as the server reads the form: a tap goes before words. */
function payload(form: HTMLFormElement, submitter: HTMLElement | null): Record<string, unknown> {
  const data = new FormData(form);
  const button = submitter instanceof HTMLButtonElement && submitter.name === "tap" ? submitter.value : "";
  const told = button || String(data.get("tap") ?? "") || String(data.get("words") ?? "");
  return {
    row_id: form.dataset["portalBefore"],
    question: form.dataset["questionName"],
    words: told.split(/\s+/u).filter(Boolean).join(" "),
    base: form.dataset["base"] ?? "",
    revision: Number(data.get("revision") ?? 0),
  };
}

/** Back online: on to the list once it is with the clinic; what was refused is shown with its words, and the form again. */
async function sent(form: HTMLFormElement, kept: HTMLElement, id: string): Promise<void> {
  await outbox.sendAfresh();
  const whose = await outbox.owner();
  const [unsent, refused] = await Promise.all([vault.list(whose, "unsent"), vault.list(whose, "refused")]);
  if (unsent.some(({ entry }) => entry.id === id)) return;
  if (refused.some(({ entry }) => entry.id === id)) {
    kept.hidden = true;
    form.hidden = false;
    return;
  }
  location.assign(form.dataset["list"] ?? "/today/");
}

async function submit(form: HTMLFormElement, kept: HTMLElement, submitter: HTMLElement | null): Promise<void> {
  if (await reachable()) {
    form.dataset["ordinary"] = "yes";
    form.requestSubmit(submitter);
    return;
  }
  const { id } = await outbox.keep("told", payload(form, submitter));
  await outbox.tell();
  form.hidden = true;
  kept.hidden = false;
  kept.querySelector("h1")?.focus();
  addEventListener("online", () => void sent(form, kept, id));
}

export function start(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-portal-before]");
  const kept = document.querySelector<HTMLElement>("[data-portal-before-kept]");
  if (!form || !kept) return;
  form.addEventListener("submit", (event) => {
    if (form.dataset["ordinary"]) return;
    event.preventDefault();
    if (form.dataset["busy"]) return;
    form.dataset["busy"] = "yes";
    submit(form, kept, event.submitter)
      .catch(() => {
        // the phone cannot keep it: the ordinary way is still there
        form.dataset["ordinary"] = "yes";
        form.requestSubmit(event.submitter);
      })
      .finally(() => delete form.dataset["busy"]);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) delete form.dataset["ordinary"];
  });
}
