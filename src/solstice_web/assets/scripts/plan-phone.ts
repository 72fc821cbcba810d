// The person's own safety plan on this phone, because they asked for it: sealed, the server's latest, gone when they leave.
import * as ownWords from "./own-words";
import * as vault from "./vault";

interface Plan {
  asOf: string;
  parts: { label: string; words: string }[];
}

/** In clear stand two opaque ids: whose plan, and which saved version of it; `behind` once the server named another. */
interface Copy extends vault.Box {
  owner: string;
  edition: string;
  behind: boolean;
}

const NAME = "plan";
const PATIENCE_MS = 20_000;

const find = (name: string, within: ParentNode = document): HTMLElement | null => within.querySelector<HTMLElement>(`[data-plan-${name}]`);
const bound = ({ owner, edition }: Pick<Copy, "owner" | "edition">): string => `${NAME}|${owner}|${edition}`;

async function kept(): Promise<Copy | undefined> {
  return (await vault.exists()) ? vault.read<Copy | undefined>(vault.COPIES, (store) => store.get(NAME)) : undefined;
}

async function opened(): Promise<Plan & { behind: boolean }> {
  const copy = (await kept()) as Copy;
  return { ...(await vault.unseal<Plan>(copy, bound(copy))), behind: copy.behind };
}

/** Puts a copy in the place of the one before; unless `first`, only where this person still keeps one. */
function store(copy: Copy, first = false): Promise<void> {
  const put = (store: IDBObjectStore): void => {
    const before = store.get(NAME) as IDBRequest<Copy | undefined>;
    before.onsuccess = () => {
      if (first || before.result?.owner === copy.owner) store.put(copy, NAME);
    };
  };
  return vault.write(vault.COPIES, put, vault.STRICT);
}

/** Takes the copy off this phone. */
export async function drop(): Promise<void> {
  if (await kept()) await vault.write(vault.COPIES, (store) => store.delete(NAME));
}

/** The plan as the server gives it now, read from the person's own page and sealed; null when that is not to be had. */
async function latest(owner: string): Promise<Copy | null> {
  const patience = new AbortController();
  setTimeout(() => patience.abort(), PATIENCE_MS);
  const answer = await fetch("/plan/", { cache: "no-store", signal: patience.signal });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const list = find("parts", page);
  const edition = list?.dataset["planParts"];
  if (!list || !edition || page.body.dataset["owner"] !== owner) return null;
  const words = (row: Element, part: string): string => row.querySelector(part)?.textContent ?? "";
  const parts = [...list.children].filter((row) => !find("empty", row)).map((row) => ({ label: words(row, "dt"), words: words(row, "dd") }));
  const plan: Plan = { asOf: list.dataset["asOf"] ?? "", parts };
  return { owner, edition, behind: false, ...(await vault.seal(plan, bound({ owner, edition }))) };
}

/** One at a time over all tabs, so that an older answer never takes the place of a newer one. */
const inTurn = (work: () => Promise<void>): Promise<void> => (navigator.locks ? navigator.locks.request("solstice-plan", work) : work());

async function renew(owner: string): Promise<void> {
  const edition = document.body.dataset["plan"];
  const copy = await kept();
  if (!copy || !edition || (copy.edition === edition && !copy.behind)) return;
  await store({ ...copy, behind: true });
  const fresh = await latest(owner);
  if (fresh) await store(fresh);
}

/** The page of the plan: keep it here, take it off again. Only where help opens without network too. */
async function offer(owner: string, box: HTMLElement): Promise<void> {
  await navigator.serviceWorker.ready;
  const [not, yes, said] = [find("not", box), find("yes", box), find("said", box)] as [HTMLElement, HTMLElement, HTMLElement];
  const look = async (): Promise<void> => {
    yes.hidden = !(not.hidden = Boolean(await kept()));
  };
  const keep = async (): Promise<void> => {
    const copy = await latest(owner);
    if (!copy) throw new Error("no plan came");
    await store(copy, true);
    await opened();
    void navigator.storage?.persist?.();
  };
  const on = (name: string, act: () => Promise<void>, next: HTMLElement): void =>
    find(name, box)?.addEventListener("click", () => {
      said.textContent = "";
      void act()
        .then(look)
        .then(() => next.focus())
        .catch(() => (said.textContent = said.dataset["planSaid"] ?? ""));
    });
  on("keep", () => inTurn(keep), yes);
  on("drop", drop, not);
  await look();
  find("print")?.remove();
  box.hidden = false;
}

/** A personal page: another person's copy goes, this person's is made the server's latest. */
export async function personal(owner: string): Promise<void> {
  const copy = await kept();
  if (copy && copy.owner !== owner) await drop();
  const box = find("phone");
  void inTurn(() => renew(owner)).catch(() => undefined);
  if (box && "serviceWorker" in navigator) void offer(owner, box);
}

/** Help and the page without network: the plan opens at a tap, where one is kept. */
async function offerToOpen(box: HTMLElement): Promise<void> {
  const [button, shown, list, stuck] = ["open", "shown", "text", "stuck"].map((name) => find(name, box)) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  const [open, shut] = [button.textContent, button.dataset["planOpen"] ?? ""];
  const close = (): void => {
    list.replaceChildren();
    shown.hidden = stuck.hidden = true;
    button.textContent = open;
  };
  const look = async (): Promise<void> => {
    box.hidden = !(await kept());
    if (box.hidden) close();
  };
  const show = ({ asOf, parts, behind }: Plan & { behind: boolean }): void => {
    for (const { label, words } of parts) {
      const row = document.createElement("div");
      const name = document.createElement("dt");
      const text = document.createElement("dd");
      name.textContent = label;
      ownWords.show(words, text);
      row.append(name, text);
      list.append(row);
    }
    (find("as-of", box) as HTMLElement).textContent = asOf;
    (find("behind", box) as HTMLElement).hidden = !behind;
    shown.hidden = false;
    shown.focus();
    button.textContent = shut;
  };
  button.addEventListener("click", () => {
    const again = shown.hidden;
    close();
    if (again) void opened().then(show).catch(() => (stuck.hidden = false));
  });
  // the way Back may show this page as it was left: then closed, and gone when the copy is gone
  addEventListener("pagehide", close);
  for (const event of ["pageshow", "visibilitychange"]) addEventListener(event, () => void look().catch(() => undefined));
  await look();
}

/** Every page. */
export function start(): void {
  for (const text of document.querySelectorAll<HTMLElement>("[data-plan-parts] dd")) ownWords.show(text.textContent, text);
  if ("staff" in document.body.dataset) void drop().catch(() => undefined);
  const box = find("copy");
  if (box) void offerToOpen(box).catch(() => undefined);
}
