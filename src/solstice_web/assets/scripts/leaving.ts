// Signing out and leaving quickly: nothing readable stays, and nobody loses an entry unasked.
import * as outbox from "./outbox";
import * as planPhone from "./plan-phone";
import * as vault from "./vault";

/**
 * Empties the phone: entries, key, pages kept for offline use. Help, offline page and assets stay.
 * Who left quickly was not asked: then entries that are not sent stay, sealed, until they sign in again. The safety plan
 * opens without signing in, so it goes in any case.
 */
export async function empty(sparingUnsent = false): Promise<void> {
  await planPhone.drop().catch(() => undefined);
  navigator.serviceWorker?.controller?.postMessage({ type: "signed-out" });
  if ("caches" in globalThis) await caches.delete("pages");
  if (sparingUnsent && ((await vault.count().catch(() => 0)) > 0 || (await vault.drafts().catch(() => 0)) > 0)) return;
  await vault.wipe().catch(() => undefined);
}

function control(text: string, kind: string, act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = kind;
  button.textContent = text;
  button.addEventListener("click", act);
  return button;
}

/** Asks on the page itself: how many entries are not sent, stay or go. */
function ask(unsent: number, goOn: () => void): void {
  document.querySelector("[data-leaving]")?.remove();
  const box = document.createElement("section");
  box.className = "so-card";
  box.dataset["leaving"] = "";
  box.tabIndex = -1;
  const title = document.createElement("h2");
  title.className = "so-card__title";
  title.textContent = unsent === 1 ? "1 entry is not sent yet" : `${unsent} entries are not sent yet`;
  const text = document.createElement("p");
  text.textContent = "They are only on this phone. If you sign out now, they are removed and cannot come back.";
  const choices = document.createElement("div");
  choices.className = "so-actions";
  const stay = control("Stay signed in", "nhsuk-button", () => box.remove());
  choices.append(stay, control("Sign out and remove them", "nhsuk-button nhsuk-button--secondary", goOn));
  const body = document.createElement("div");
  body.className = "so-card__body";
  body.append(text, choices);
  box.append(title, body);
  document.querySelector("main")?.prepend(box);
  box.focus();
}

async function afterAsking(goOn: () => void): Promise<void> {
  const quick = new Promise((resolve) => setTimeout(resolve, 3000));
  if ((await vault.count().catch(() => 0)) > 0) await Promise.race([outbox.send(), quick]);
  const unsent = await vault.count().catch(() => 0);
  const leave = (): void => void empty().then(goOn);
  if (unsent > 0) ask(unsent, leave);
  else leave();
}

/** Opening the sign-out page asks first; only the form on it empties the phone. */
function onClick(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest<HTMLAnchorElement>("a[data-leave]");
  if (!link) return;
  event.preventDefault();
  void planPhone.drop().catch(() => undefined);
  navigator.serviceWorker?.controller?.postMessage({ type: "signed-out" });
  location.replace(link.href);
}

/** A form that signs out in this browser too, where its box is ticked. */
function hereToo(form: HTMLFormElement): boolean {
  const box = form.elements.namedItem(form.dataset["signOutIf"] ?? "");
  return box instanceof HTMLInputElement && box.checked;
}

const signsOut = (form: HTMLFormElement): boolean =>
  form.hasAttribute("data-sign-out") || hereToo(form) || new URL(form.action).pathname.endsWith("/logout/");

function onSubmit(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !signsOut(form) || form.dataset["asked"]) return;
  event.preventDefault();
  void afterAsking(() => {
    form.dataset["asked"] = "yes";
    form.requestSubmit();
  });
}

export function start(): void {
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
}
