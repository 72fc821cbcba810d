// What is half written: sealed on the phone until it is finished, gone after sign-out.
import * as outbox from "./outbox";
import * as vault from "./vault";

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

const nameOf = async (page: string): Promise<string> => `${await outbox.owner()}|${page}`;
const bound = (name: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(name);

/** Keeps a draft; when this resolves it is on disk. */
export async function put(page: string, draft: unknown): Promise<void> {
  const name = await nameOf(page);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(draft));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(name) }, await vault.key(), plain);
  const work = (await vault.open()).transaction(vault.DRAFTS, "readwrite", { durability: "strict" });
  work.objectStore(vault.DRAFTS).put({ iv, sealed }, name);
  await vault.finished(work);
}

/** The draft of this page and this person; null when there is none or it cannot be opened. */
export async function get<T>(page: string): Promise<T | null> {
  const name = await nameOf(page);
  const store = (await vault.open()).transaction(vault.DRAFTS).objectStore(vault.DRAFTS);
  const row = await vault.settled<Sealed | undefined>(store.get(name));
  if (!row) return null;
  try {
    const how = { name: "AES-GCM", iv: row.iv, additionalData: bound(name) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await vault.key(), row.sealed))) as T;
  } catch {
    return null;
  }
}

export async function drop(page: string): Promise<void> {
  const name = await nameOf(page);
  const work = (await vault.open()).transaction(vault.DRAFTS, "readwrite");
  work.objectStore(vault.DRAFTS).delete(name);
  await vault.finished(work);
}
