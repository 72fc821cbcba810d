// The weekly check: each tap is kept at once, help comes at once, and the page can be left and taken up again.
import * as drafts from "./drafts";
import * as outbox from "./outbox";
import * as screens from "./portal-screens";

interface Draft {
  id: string;
  items: (number | null)[];
  /** The answer to the question before the items: 0 No, 1 Yes, null left out. */
  gate?: number | null;
  declined: number[];
  begun: string;
  helped: boolean;
}

const FRESH_MS = 3 * 24 * 3600 * 1000;

let instrument = "";
let page = "";
let count = 0;
let draft: Draft;
let busy = false;
let finished = false;
let afterHelp = 0;
let afterRest = 0;

const make = (): Draft => ({
  id: crypto.randomUUID(),
  items: Array.from({ length: count }, () => null),
  declined: [],
  begun: new Date().toISOString(),
  helped: false,
});

const hasGate = (): boolean => "gate" in document.body.dataset;

/** After these items a piece ends: whoever is tired can stop there. */
const isRest = (number: number): boolean => (document.body.dataset["rests"] ?? "").split(" ").includes(String(number));

/** The last question; or the one before the items, where the answer leaves nothing to ask. */
const isLast = (number: number, value: number | null): boolean => number === count || (number === 0 && value !== 1);

const isOpen = (number: number): boolean => draft.items[number - 1] === null && !draft.declined.includes(number);

function firstOpen(): number {
  if (hasGate() && draft.gate === undefined) return 0;
  for (let number = 1; number <= count; number += 1) if (isOpen(number)) return number;
  return count;
}

const isHelp = (item: number, value: number | null): boolean =>
  value !== null &&
  String(item) === document.body.dataset["helpItem"] &&
  (document.body.dataset["helpValues"] ?? "").split(" ").includes(String(value));

async function keep(kind: string, payload: Record<string, unknown>): Promise<void> {
  const entry = await outbox.keep(kind, payload);
  void outbox.tell();
  void outbox.sendNow(entry.id);
}

async function finish(): Promise<void> {
  finished = true;
  const { id, items, declined, gate } = draft;
  const before = typeof gate === "number" ? { gate: gate === 1 } : {};
  await keep("complete", { response_id: id, instrument, items, declined, ...before });
  await drafts.drop(page);
}

async function save(item: number, value: number | null): Promise<void> {
  if (item === 0) draft.gate = value;
  else draft.items[item - 1] = value;
  draft.declined = draft.declined.filter((number) => number !== item);
  if (value === null) draft.declined.push(item);
  if (isHelp(item, value)) draft.helped = true;
  // the answer goes into the outbox first: a risk answer must be on its way before anything else can fail
  await keep("answer", { response_id: draft.id, instrument, item, value, declined: value === null });
  await drafts.put(page, draft);
}

function showHelp(value: number): void {
  for (const words of document.querySelectorAll<HTMLElement>("[data-told]")) words.hidden = words.dataset["told"] !== String(value);
  screens.show("help");
}

function goOn(after: number): void {
  if (finished) screens.replace("thanks");
  else if (isRest(after)) {
    afterRest = after;
    screens.show("rest");
  } else screens.show(`q${after + 1}`);
}

async function answer(item: number, value: number | null): Promise<void> {
  if (busy) return;
  if (finished) return screens.replace("thanks");
  busy = true;
  try {
    if (isHelp(item, value)) {
      // shown before anything is stored or sent
      afterHelp = item;
      showHelp(value as number);
    }
    await save(item, value);
    if (isLast(item, value)) await finish();
    if (!isHelp(item, value)) goOn(item);
    showEnd();
  } catch {
    if (!isHelp(item, value)) location.assign(screens.plainForm());
  } finally {
    busy = false;
  }
}

function showEnd(): void {
  const helped = document.querySelector<HTMLElement>("[data-helped]");
  if (helped) helped.hidden = !draft.helped;
}

function submitted(event: SubmitEvent): void {
  const form = (event.target as Element).closest<HTMLFormElement>("[data-check-question]");
  if (!form) return;
  event.preventDefault();
  const item = Number(form.closest<HTMLElement>("[data-item]")?.dataset["item"]);
  const chosen = form.querySelector<HTMLInputElement>("input:checked");
  const pick = form.querySelector<HTMLElement>("[data-pick]");
  if (pick) pick.hidden = chosen !== null;
  if (chosen) void answer(item, Number(chosen.value));
  else form.querySelector<HTMLInputElement>("input")?.focus();
}

function clicked(event: Event): void {
  const button = (event.target as Element | null)?.closest<HTMLElement>("[data-decline], [data-go-on], [data-rest-on], [data-begin]");
  if (!button) return;
  if ("begin" in button.dataset) {
    const number = firstOpen();
    if (number > 0 && number === count && !isOpen(count)) void finish().then(() => screens.replace("thanks"));
    else screens.show(`q${number}`);
  } else if ("goOn" in button.dataset) goOn(afterHelp);
  else if ("restOn" in button.dataset) screens.show(`q${afterRest + 1}`);
  else {
    for (const input of button.closest("form")?.querySelectorAll<HTMLInputElement>("input:checked") ?? []) input.checked = false;
    void answer(Number(button.closest<HTMLElement>("[data-item]")?.dataset["item"]), null);
  }
}

/** The answers of a check begun before are marked again. */
function mark(): void {
  [draft.gate ?? null, ...draft.items].forEach((value, at) => {
    const inputs = screens.screen(`q${at}`)?.querySelectorAll<HTMLInputElement>("input") ?? [];
    for (const input of inputs) input.checked = value !== null && input.value === String(value);
  });
}

function showThen(): void {
  const then = new URLSearchParams(location.search).get("then") ?? "";
  if (!/^[a-z]{8}([.][a-z]{8})*$/.test(then)) return;
  const [following, ...later] = then.split(".");
  for (const one of document.querySelectorAll<HTMLElement>("[data-then], [data-then-link]")) one.hidden = false;
  const link = document.querySelector<HTMLAnchorElement>("[data-then-link]");
  if (link) link.href = `/check/${following}/${later.length > 0 ? `?then=${later.join(".")}` : ""}`;
}

export async function start(): Promise<void> {
  const { portalCheck, items, code } = document.body.dataset;
  if (!portalCheck) return;
  [instrument, count, page] = [portalCheck, Number(items), `check/${code ?? ""}`];
  const kept = await drafts.get<Draft>(page);
  const isFresh = kept !== null && kept.items.length === count && Date.now() - Date.parse(kept.begun) < FRESH_MS;
  draft = isFresh ? kept : make();
  if (isFresh) {
    mark();
    const words = document.querySelector("[data-begin-words]");
    if (words) words.textContent = "Go on where you were";
  }
  showEnd();
  showThen();
  screens.start("start");
  document.addEventListener("submit", submitted);
  document.addEventListener("click", clicked);
}
