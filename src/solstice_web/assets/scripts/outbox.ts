// Sends what waits on the phone: in order, at most twenty at a time, again and again until the server has it.
import * as vault from "./vault";
import type { Entry, Kept } from "./vault";

export interface Result {
  id: string;
  state: "saved" | "duplicate" | "refused";
  message?: string;
  next?: string;
}

/** What the page can say: nothing to say, all saved, waiting for the network, waiting for sign-in. */
export type Mode = "quiet" | "saved" | "waiting" | "signin";

export interface State {
  mode: Mode;
  waiting: number;
  refused: Kept[];
}

type Outcome = { kind: "results"; results: Result[] } | { kind: "later"; after: number } | { kind: "signin" } | { kind: "unfit" };

const BATCH = 20;
const PATIENCE_MS = 20_000;
const LONGEST_PAUSE_MS = 300_000;
const UNFIT = "This could not be saved as it is.";

let listener: (state: State) => void = () => undefined;
let mode: Mode = "quiet";
let pause = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let sending: Promise<Map<string, Result>> | null = null;

export function watch(listen: (state: State) => void): void {
  listener = listen;
}

/** Whose entries these are: said by personal pages, remembered for generic ones. */
export async function owner(): Promise<string> {
  return (await vault.note("owner")) ?? "";
}

/** Tells the page how things stand. */
export async function tell(now: Mode = mode): Promise<void> {
  mode = now;
  const whose = await owner();
  const [unsent, refused] = await Promise.all([vault.list(whose, "unsent"), vault.list(whose, "refused")]);
  if (unsent.length > 0 && mode !== "signin") mode = "waiting";
  if (unsent.length === 0 && mode !== "saved") mode = "quiet";
  listener({ mode, waiting: unsent.length, refused });
}

const two = (number: number): string => String(Math.trunc(number)).padStart(2, "0");

/** The moment with the phone's own offset, and the phone's own day: a day is the person's day. */
export function moment(now: Date = new Date()): Pick<Entry, "recorded_at" | "local_date" | "time_zone"> {
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
  const minutes = -now.getTimezoneOffset();
  const offset = `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { recorded_at: `${date}T${time}${offset}`, local_date: date, time_zone: zone };
}

/** Keeps one thing on the phone; it is on disk when this resolves. */
export async function keep(kind: string, payload: Record<string, unknown>): Promise<Entry> {
  const entry: Entry = { id: crypto.randomUUID(), kind, ...moment(), payload };
  await vault.add(entry, await owner());
  void navigator.storage?.persist?.();
  return entry;
}

function token(): string {
  return /(?:^|; )(?:__Host-)?csrf(?:token)?=([^;]+)/.exec(document.cookie)?.[1] ?? "";
}

async function post(entries: Entry[], whose: string): Promise<Outcome> {
  const patience = new AbortController();
  const giveUp = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch("/outbox/", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
      body: JSON.stringify({ owner: whose, entries }),
      credentials: "same-origin",
      redirect: "manual",
      signal: patience.signal,
    });
    return await read(answer);
  } catch {
    return { kind: "later", after: 0 };
  } finally {
    clearTimeout(giveUp);
  }
}

async function read(answer: Response): Promise<Outcome> {
  if (answer.type === "opaqueredirect" || [401, 403, 409].includes(answer.status)) return { kind: "signin" };
  if ([400, 413, 422].includes(answer.status)) return { kind: "unfit" };
  if (!answer.ok) return { kind: "later", after: Number(answer.headers.get("Retry-After")) * 1000 || 0 };
  const body = (await answer.json()) as { entries?: Result[] };
  return Array.isArray(body.entries) ? { kind: "results", results: body.entries } : { kind: "later", after: 0 };
}

async function settle(batch: Kept[], results: Result[], whose: string): Promise<number> {
  let settled = 0;
  for (const kept of batch) {
    const result = results.find(({ id }) => id === kept.entry.id);
    if (result?.state === "saved" || result?.state === "duplicate") await vault.remove(kept.entry.id);
    else if (result?.state === "refused") await vault.mark(kept, whose, result.message || UNFIT);
    else continue;
    settled += 1;
  }
  return settled;
}

function later(after: number): void {
  pause = Math.min(LONGEST_PAUSE_MS, Math.max(after, pause * 2, 2000));
  clearTimeout(timer);
  timer = setTimeout(() => void send(), pause * (0.75 + Math.random() / 2));
}

async function sendAll(): Promise<Map<string, Result>> {
  const done = new Map<string, Result>();
  const whose = await owner();
  let size = BATCH;
  for (;;) {
    const batch = (await vault.list(whose, "unsent")).slice(0, size);
    if (batch.length === 0) {
      pause = 0;
      const some = [...done.values()].some(({ state }) => state !== "refused");
      await tell(some ? "saved" : mode);
      return done;
    }
    let outcome = await post(batch.map(({ entry }) => entry), whose);
    if (outcome.kind === "unfit") {
      // one of them spoils the batch: find it by sending them singly
      if (batch.length > 1) {
        size = 1;
        continue;
      }
      outcome = { kind: "results", results: batch.map(({ entry }) => ({ id: entry.id, state: "refused" })) };
    }
    if (outcome.kind === "signin") {
      await tell("signin");
      return done;
    }
    const results = outcome.kind === "results" ? outcome.results : [];
    for (const result of results) done.set(result.id, result);
    if ((await settle(batch, results, whose)) === 0) {
      later(outcome.kind === "later" ? outcome.after : 0);
      await tell("waiting");
      return done;
    }
  }
}

/** Sends all that waits, one sender at a time over all tabs; resolves with what the server said. */
export function send(): Promise<Map<string, Result>> {
  clearTimeout(timer);
  sending ??= (navigator.locks ? navigator.locks.request("solstice-outbox", sendAll) : sendAll())
    .catch(() => new Map<string, Result>())
    .finally(() => {
      sending = null;
    });
  return sending;
}

/** The network is back, or the page is looked at again: no more waiting for the next try, and no round that began before. */
export async function sendAfresh(): Promise<void> {
  pause = 0;
  await sending;
  await send();
}

/** Sends what waits, and makes sure that `id`, kept while an earlier round ran, was part of it. */
export async function sendNow(id: string): Promise<Result | undefined> {
  const first = sending ? (await sending).get(id) : undefined;
  return first ?? (await send()).get(id);
}

/** A refused entry is sent again as it is, or forgotten; the person says which. */
export async function retry(kept: Kept): Promise<void> {
  await vault.mark(kept, await owner(), null);
  await send();
}

export async function forget(kept: Kept): Promise<void> {
  await vault.remove(kept.entry.id);
  await tell();
}
