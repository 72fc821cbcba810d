// A worksheet: one question a screen, the draft sealed on the phone, saved once at the end.
import * as drafts from "./drafts";
import * as outbox from "./outbox";
import * as screens from "./portal-screens";

type Answer = string | number | string[];

interface Draft {
  id: string;
  answers: Record<string, Answer>;
  at: string;
}

let page = "";
let content = "";
let draft: Draft;
let returning = false;
let saving = false;

const make = (): Draft => ({ id: crypto.randomUUID(), answers: {}, at: "q1" });
const questions = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-field]")];
const fieldOf = (question: HTMLElement): string => question.dataset["field"] ?? "";

/** What one question holds; null when it is left out. */
function read(question: HTMLElement): Answer | null {
  const kind = question.dataset["kind"] ?? "";
  const chosen = [...question.querySelectorAll<HTMLInputElement>("input:checked")].map(({ value }) => value);
  if (kind === "choices") return chosen.length > 0 ? chosen : null;
  const typed = question.querySelector<HTMLInputElement | HTMLTextAreaElement>("textarea, input:not([type=radio], [type=checkbox])");
  const text = typed ? typed.value.trim() : (chosen[0] ?? "");
  if (text === "") return null;
  return kind.startsWith("scale") && /^\d{1,3}$/.test(text) ? Number(text) : text;
}

function fill(question: HTMLElement, answer: Answer | undefined): void {
  const values = answer === undefined ? [] : [answer].flat().map(String);
  for (const input of question.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")) {
    if (input instanceof HTMLInputElement && ["radio", "checkbox"].includes(input.type)) input.checked = values.includes(input.value);
    else input.value = values[0] ?? "";
  }
}

/** The answer in the words of the page, for the screen at the end. */
function words(question: HTMLElement): string {
  const labels = [...question.querySelectorAll<HTMLInputElement>("input:checked")].map(
    (input) => question.querySelector(`label[for="${input.id}"]`)?.textContent?.trim() ?? input.value,
  );
  return labels.length > 0 ? labels.join(", ") : String(read(question) ?? "");
}

function note(question: HTMLElement): void {
  const answer = read(question);
  if (answer === null) delete draft.answers[fieldOf(question)];
  else draft.answers[fieldOf(question)] = answer;
}

function review(): void {
  for (const question of questions()) {
    const text = document.querySelector(`[data-review="${fieldOf(question)}"] [data-review-text]`);
    if (text) text.textContent = words(question) || "Left out";
  }
}

async function move(question: HTMLElement): Promise<void> {
  note(question);
  const all = questions();
  const next = returning ? undefined : all[all.indexOf(question) + 1];
  returning = false;
  const ahead = next?.dataset["screen"] ?? "review";
  draft.at = ahead;
  await drafts.put(page, draft).catch(() => undefined);
  if (!next) review();
  screens.show(ahead);
}

async function save(): Promise<void> {
  if (saving) return;
  saving = true;
  try {
    const { id, answers } = draft;
    const entry = await outbox.keep("entry", { entry_id: id, kind: "worksheet", content, answers, state: "done", revision: 1 });
    await drafts.drop(page);
    void outbox.tell();
    void outbox.sendNow(entry.id);
    empty();
    screens.replace("thanks");
  } finally {
    saving = false;
  }
}

function empty(): void {
  draft = make();
  for (const question of questions()) fill(question, undefined);
}

function submitted(event: SubmitEvent): void {
  const form = (event.target as Element).closest<HTMLFormElement>("[data-write-question]");
  const question = form?.closest<HTMLElement>("[data-field]");
  if (!question) return;
  event.preventDefault();
  void move(question);
}

function clicked(event: Event): void {
  const button = (event.target as Element | null)?.closest<HTMLElement>("button");
  if (!button) return;
  const question = button.closest<HTMLElement>("[data-field]");
  if ("begin" in button.dataset) screens.show(draft.at);
  else if ("skip" in button.dataset && question) {
    fill(question, undefined);
    void move(question);
  } else if ("return" in button.dataset) returning = true;
  else if ("save" in button.dataset) void save();
  else if ("onceMore" in button.dataset) screens.show("q1");
  else if ("startOver" in button.dataset) {
    empty();
    void drafts.drop(page).then(() => screens.show("q1"));
  }
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Words are kept while they are written, so that leaving the page loses none. */
function typed(event: Event): void {
  const question = (event.target as Element | null)?.closest<HTMLElement>("[data-field]");
  if (!question) return;
  note(question);
  // a tap has moved on already when its input event comes
  if (!question.hidden && !(event.target as Element).matches("input[type=radio]")) draft.at = question.dataset["screen"] ?? draft.at;
  clearTimeout(timer);
  timer = setTimeout(() => void drafts.put(page, draft).catch(() => undefined), 250);
}

export async function start(): Promise<void> {
  const { portalWrite, code } = document.body.dataset;
  if (!portalWrite) return;
  [content, page] = [portalWrite, `write/${code ?? ""}`];
  const kept = await drafts.get<Draft>(page);
  draft = kept ?? make();
  if (kept) {
    for (const question of questions()) fill(question, kept.answers[fieldOf(question)]);
    const resumed = document.querySelector<HTMLElement>("[data-resumed]");
    if (resumed) resumed.hidden = false;
    const words = document.querySelector("[data-begin] span");
    if (words) words.textContent = "Go on where you were";
    review();
  }
  screens.start("start");
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
  document.addEventListener("input", typed);
}
