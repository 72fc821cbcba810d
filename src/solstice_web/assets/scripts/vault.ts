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

/** Something sealed: it opens only with this phone's key and under the name it was bound to. */
export interface Box {
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

interface Sealed extends Box {
  order?: number;
  id: string;
  owner: string;
  refused: boolean;
}

const NAME = "solstice";
const ENTRIES = "entries";
const KEYS = "keys";
const NOTES = "notes";
export const DRAFTS = "drafts";
export const COPIES = "copies";
/** On disk, not only handed over, when the change is said to be done. */
export const STRICT: IDBTransactionOptions = { durability: "strict" };

let opened: Promise<IDBDatabase> | null = null;

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage refused"));
  });
}

function finished(work: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.oncomplete = () => resolve();
    work.onabort = () => reject(work.error ?? new Error("storage refused"));
    work.onerror = () => reject(work.error ?? new Error("storage refused"));
  });
}

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 3);
    request.onupgradeneeded = ({ oldVersion }) => {
      request.result.createObjectStore(COPIES);
      if (oldVersion < 2) request.result.createObjectStore(DRAFTS);
      if (oldVersion > 0) return;
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

/** What one store holds. */
export async function read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  return settled(ask((await open()).transaction(name).objectStore(name)));
}

/** One change of one store, whole or not at all. */
export async function write(name: string, act: (store: IDBObjectStore) => void, how?: IDBTransactionOptions): Promise<void> {
  const work = (await open()).transaction(name, "readwrite", how);
  act(work.objectStore(name));
  await finished(work);
}

/** The sealing key: made once on this phone, never extractable. */
async function key(): Promise<CryptoKey> {
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

const named = (bound: string, iv: Uint8Array<ArrayBuffer>): AesGcmParams => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(bound) });

/** Seals a value under a name: moved to another name, it does not open. */
export async function seal(value: unknown, bound: string): Promise<Box> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return { iv, sealed: await crypto.subtle.encrypt(named(bound, iv), await key(), plain) };
}

/** Opens what was sealed under this name; rejects when it was sealed under another, or with another key. */
export async function unseal<T>({ iv, sealed }: Box, bound: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(named(bound, iv), await key(), sealed))) as T;
}

async function row(kept: Kept, owner: string): Promise<Sealed> {
  const { id } = kept.entry;
  return { id, owner, refused: kept.refused !== null, ...(await seal(kept, id)) };
}

const rows = (): Promise<Sealed[]> => read<Sealed[]>(ENTRIES, (store) => store.getAll());

/** Keeps one entry; when this resolves it is on disk. */
export async function add(entry: Entry, owner: string): Promise<void> {
  const made = await row({ entry, refused: null }, owner);
  await write(ENTRIES, (store) => store.add(made), STRICT);
}

/** The owner's entries in the order they were made. */
export async function list(owner: string, which: "unsent" | "refused"): Promise<Kept[]> {
  const mine = (await rows()).filter((row) => row.owner === owner && row.refused === (which === "refused"));
  return Promise.all(mine.map((one) => unseal<Kept>(one, one.id)));
}

/** How many entries of anybody are on this phone and not with the clinic. */
export async function count(): Promise<number> {
  return (await rows()).length;
}

/** How many half-written pages of anybody are on this phone. */
export function drafts(): Promise<number> {
  return read(DRAFTS, (store) => store.count());
}

function change(id: string, change: (store: IDBObjectStore, key: IDBValidKey) => void): Promise<void> {
  return write(ENTRIES, (store) => {
    const found = store.index("id").getKey(id);
    found.onsuccess = () => {
      if (found.result !== undefined) change(store, found.result);
    };
  });
}

/** Forgets one entry: the server has it, or the person removed it. */
export function remove(id: string): Promise<void> {
  return change(id, (store, at) => store.delete(at));
}

/** Writes down that the server refused an entry and why, or (null) that it is to be sent again. */
export async function mark(kept: Kept, owner: string, refused: string | null): Promise<void> {
  const made = await row({ entry: kept.entry, refused }, owner);
  await change(kept.entry.id, (store, at) => store.put({ ...made, order: at as number }));
}

/** A small fact that is not clinical: whose phone session this is, whether to say "Saved" on the next page. */
export async function note(name: "owner" | "saved", value?: string | null): Promise<string | null> {
  if (value === undefined) return (await read<string | undefined>(NOTES, (store) => store.get(name))) ?? null;
  await write(NOTES, (store) => (value === null ? store.delete(name) : store.put(value, name)));
  return value;
}

/** Whether anything of ours is on this phone; asking makes nothing. */
export async function exists(): Promise<boolean> {
  const found = await indexedDB.databases?.();
  return found?.some(({ name }) => name === NAME) ?? true;
}

/** Deletes everything: entries, key, notes, copies. */
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
