// The line that says where an answer is: on this phone, or with the clinic.
import * as outbox from "./outbox";
import type { State } from "./outbox";
import type { Kept } from "./vault";

const place = (): HTMLElement | null => document.querySelector("[data-saved]");

/** Safari forgets what a page keeps after seven days unless the page is on the home screen. */
const forgets = (): boolean => "standalone" in navigator && navigator.standalone === false;

function words({ mode, waiting }: State): string {
  const count = waiting > 1 ? ` (${waiting} entries)` : "";
  switch (mode) {
    case "quiet":
      return "";
    case "saved":
      return "Saved.";
    case "waiting":
      return (
        `Saved on this phone${count}. It will be sent when you are online.` +
        (forgets() ? " Open Solstice again within 7 days, or add it to your home screen." : "")
      );
    case "signin":
      return `Saved on this phone${count}. Please sign in to send it. `;
  }
}

function action(text: string, act: () => Promise<void>): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "so-quiet-button";
  button.textContent = text;
  button.addEventListener("click", () => void act());
  return button;
}

function written({ entry }: Kept): string {
  return Object.values(entry.payload)
    .flat()
    .filter((value) => typeof value === "string" && value !== "")
    .join(" · ");
}

function refusal(kept: Kept): HTMLLIElement {
  const line = document.createElement("li");
  const reason = document.createElement("p");
  reason.textContent = `Not saved yet: ${kept.refused ?? ""}`;
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "What you wrote";
  const text = document.createElement("p");
  text.textContent = written(kept);
  details.append(summary, text);
  const again = action("Try again", () => outbox.retry(kept));
  line.append(reason, details, again, " ", action("Remove it", () => outbox.forget(kept)));
  return line;
}

/** Shows how things stand; screen readers hear a change because the line is a polite live region. */
export function show(state: State): void {
  const box = place();
  const line = box?.querySelector("[data-saved-state]");
  const list = box?.querySelector<HTMLElement>("[data-saved-refused]");
  if (!box || !line || !list) return;
  box.dataset["state"] = state.mode;
  if (line.textContent !== words(state)) {
    line.textContent = words(state);
    if (state.mode === "signin") {
      const link = document.createElement("a");
      link.href = "/";
      link.textContent = "Sign in";
      line.append(link);
    }
  }
  list.hidden = state.refused.length === 0;
  list.replaceChildren(...state.refused.map(refusal));
}
