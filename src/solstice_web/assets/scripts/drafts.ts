// What is half written: sealed on the phone until it is finished, gone after sign-out.
import * as outbox from "./outbox";
import * as vault from "./vault";

const nameOf = async (page: string): Promise<string> => `${await outbox.owner()}|${page}`;

/** Keeps a draft; when this resolves it is on disk. */
export async function put(page: string, draft: unknown): Promise<void> {
  const name = await nameOf(page);
  const box = await vault.seal(draft, name);
  await vault.write(vault.DRAFTS, (store) => store.put(box, name), vault.STRICT);
}

/** The draft of this page and this person; null when there is none or it cannot be opened. */
export async function get<T>(page: string): Promise<T | null> {
  const name = await nameOf(page);
  const box = await vault.read<vault.Box | undefined>(vault.DRAFTS, (store) => store.get(name));
  return box ? vault.unseal<T>(box, name).catch(() => null) : null;
}

export async function drop(page: string): Promise<void> {
  const name = await nameOf(page);
  await vault.write(vault.DRAFTS, (store) => store.delete(name));
}
