// Passkeys: why one did not answer is said on the page; a browser without them hides what it cannot do.

const WORDS: Record<string, string> = {
  NotAllowedError:
    "No passkey answered. It was cancelled, took too long, or none on this device is for this account. Nothing was changed.",
  InvalidStateError: "This device holds a passkey for this account already. Nothing was changed.",
};
const OTHERWISE = "The passkey could not be asked. Nothing was changed. Try again, or use another way.";

function say(fault: unknown): void {
  const box = document.querySelector<HTMLElement>("[data-passkey-fault]");
  const words = box?.querySelector("[data-passkey-words]");
  if (!box || !words) return;
  words.textContent = (fault instanceof DOMException && WORDS[fault.name]) || OTHERWISE;
  box.hidden = false;
  box.focus();
}

export function start(): void {
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    say((event as CustomEvent<{ exception: unknown }>).detail.exception);
  });
  if ("PublicKeyCredential" in globalThis) return;
  for (const button of document.querySelectorAll<HTMLElement>("[data-passkey]")) button.hidden = true;
  for (const words of document.querySelectorAll<HTMLElement>("[data-passkey-missing]")) words.hidden = false;
}
