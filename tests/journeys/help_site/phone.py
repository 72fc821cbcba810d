"""What the tests ask a browser to show of its stores."""

DUMP = """async () => {
  const found = await indexedDB.databases();
  const open = (name) => new Promise((done) => { const r = indexedDB.open(name); r.onsuccess = () => done(r.result); });
  const all = (store) => new Promise((done) => { const r = store.getAll(); r.onsuccess = () => done(r.result); });
  const text = (v) => v instanceof CryptoKey ? `key extractable=${v.extractable}`
    : v instanceof ArrayBuffer || ArrayBuffer.isView(v) ? new TextDecoder("latin1").decode(v)
    : typeof v === "object" && v ? Object.fromEntries(Object.entries(v).map(([k, x]) => [k, text(x)])) : v;
  const out = {};
  for (const { name } of found) {
    const db = await open(name);
    for (const store of db.objectStoreNames) out[store] = (await all(db.transaction(store).objectStore(store))).map(text);
    db.close();
  }
  return { databases: found.map(({ name }) => name), stores: out, local: { ...localStorage }, session: { ...sessionStorage } };
}"""
CACHED = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(async (name) => [
  name, (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)])))"""
