// What waits on the phone: entries sealed with a key that cannot be read out, in one IndexedDB database.

/** One thing a person did; `payload` is what the form held. */
export interface Entry {
  id: string;
  kind: string;
  recorded_at: string;
  local_date: string;
  time_zone: string;
  payload: Record<string, unknown>;
}

/** A kept entry opened again; `refused` is the server's reason, null while it waits to be sent. */
export interface Kept {
  entry: Entry;
  refused: string | null;
}

interface Sealed {
  order?: number;
  id: string;
  owner: string;
  refused: boolean;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

const NAME = "solstice";
const ENTRIES = "entries";
const KEYS = "keys";
const NOTES = "notes";
export const DRAFTS = "drafts";

let opened: Promise<IDBDatabase> | null = null;

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage refused"));
  });
}

export function finished(work: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.oncomplete = () => resolve();
    work.onabort = () => reject(work.error ?? new Error("storage refused"));
    work.onerror = () => reject(work.error ?? new Error("storage refused"));
  });
}

export function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 2);
    request.onupgradeneeded = ({ oldVersion }) => {
      request.result.createObjectStore(DRAFTS);
      if (oldVersion === 1) return;
      const entries = request.result.createObjectStore(ENTRIES, { keyPath: "order", autoIncrement: true });
      entries.createIndex("id", "id", { unique: true });
      request.result.createObjectStore(KEYS);
      request.result.createObjectStore(NOTES);
    };
    request.onsuccess = () => {
      const database = request.result;
      // another tab signs out and deletes everything: let go, so that it can
      database.onversionchange = () => {
        database.close();
        opened = null;
      };
      resolve(database);
    };
    request.onerror = () => reject(request.error ?? new Error("storage refused"));
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

/** The sealing key: made once on this phone, never extractable. */
export async function key(): Promise<CryptoKey> {
  const database = await open();
  const found = await settled<CryptoKey | undefined>(database.transaction(KEYS).objectStore(KEYS).get("entry"));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const work = database.transaction(KEYS, "readwrite");
  const store = work.objectStore(KEYS);
  // two tabs may come here together: the first key stays
  const first = store.get("entry");
  let kept = made;
  first.onsuccess = () => {
    if (first.result) kept = first.result as CryptoKey;
    else store.put(made, "entry");
  };
  await finished(work);
  return kept;
}

async function seal(kept: Kept, owner: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(kept));
  const additionalData = new TextEncoder().encode(kept.entry.id);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await key(), plain);
  return { id: kept.entry.id, owner, refused: kept.refused !== null, iv, sealed };
}

async function unseal(row: Sealed): Promise<Kept> {
  const additionalData = new TextEncoder().encode(row.id);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv, additionalData }, await key(), row.sealed);
  return JSON.parse(new TextDecoder().decode(plain)) as Kept;
}

async function rows(): Promise<Sealed[]> {
  const database = await open();
  return settled<Sealed[]>(database.transaction(ENTRIES).objectStore(ENTRIES).getAll());
}

/** Keeps one entry; when this resolves it is on disk. */
export async function add(entry: Entry, owner: string): Promise<void> {
  const row = await seal({ entry, refused: null }, owner);
  const database = await open();
  const work = database.transaction(ENTRIES, "readwrite", { durability: "strict" });
  work.objectStore(ENTRIES).add(row);
  await finished(work);
}

/** The owner's entries in the order they were made. */
export async function list(owner: string, which: "unsent" | "refused"): Promise<Kept[]> {
  const mine = (await rows()).filter((row) => row.owner === owner && row.refused === (which === "refused"));
  return Promise.all(mine.map(unseal));
}

/** How many entries of anybody are on this phone and not with the clinic. */
export async function count(): Promise<number> {
  return (await rows()).length;
}

/** How many half-written pages of anybody are on this phone. */
export async function drafts(): Promise<number> {
  return settled((await open()).transaction(DRAFTS).objectStore(DRAFTS).count());
}

async function change(id: string, change: (store: IDBObjectStore, key: IDBValidKey) => void): Promise<void> {
  const database = await open();
  const work = database.transaction(ENTRIES, "readwrite");
  const store = work.objectStore(ENTRIES);
  const found = store.index("id").getKey(id);
  found.onsuccess = () => {
    if (found.result !== undefined) change(store, found.result);
  };
  await finished(work);
}

/** Forgets one entry: the server has it, or the person removed it. */
export function remove(id: string): Promise<void> {
  return change(id, (store, at) => store.delete(at));
}

/** Writes down that the server refused an entry and why, or (null) that it is to be sent again. */
export async function mark(kept: Kept, owner: string, refused: string | null): Promise<void> {
  const row = await seal({ entry: kept.entry, refused }, owner);
  await change(kept.entry.id, (store, at) => store.put({ ...row, order: at as number }));
}

/** A small fact that is not clinical: whose phone session this is, whether to say "Saved" on the next page. */
export async function note(name: "owner" | "saved", value?: string | null): Promise<string | null> {
  const database = await open();
  if (value === undefined) {
    return (await settled<string | undefined>(database.transaction(NOTES).objectStore(NOTES).get(name))) ?? null;
  }
  const work = database.transaction(NOTES, "readwrite");
  if (value === null) work.objectStore(NOTES).delete(name);
  else work.objectStore(NOTES).put(value, name);
  await finished(work);
  return value;
}

/** Whether anything of ours is on this phone; asking makes nothing. */
export async function exists(): Promise<boolean> {
  const found = await indexedDB.databases?.();
  return found?.some(({ name }) => name === NAME) ?? true;
}

/** Deletes everything: entries, key, notes. */
export async function wipe(): Promise<void> {
  if (opened) (await opened.catch(() => null))?.close();
  opened = null;
  await settled(indexedDB.deleteDatabase(NAME));
}

/** Whether this browser can keep entries safely; without it forms are sent the ordinary way. */
export async function works(): Promise<boolean> {
  try {
    if (!globalThis.crypto?.subtle || !globalThis.indexedDB) return false;
    await key();
    return true;
  } catch {
    return false;
  }
}
