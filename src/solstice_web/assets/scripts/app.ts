// Every page: display choice, service worker, what waits on the phone. Each page works without all of it.
import * as display from "./display";
import * as forms from "./forms";
import * as leaving from "./leaving";
import * as outbox from "./outbox";
import * as passkeys from "./passkeys";
import * as planPhone from "./plan-phone";
import * as portalBefore from "./portal-before";
import * as portalCheck from "./portal-check";
import * as portalStep from "./portal-step";
import * as portalToday from "./portal-today";
import * as portalWrite from "./portal-write";
import * as saved from "./saved";
import * as vault from "./vault";

/** Pages marked data-keep hold nothing personal and are fetched now, to be there without network. */
async function serviceWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  const urls = [...document.querySelectorAll<HTMLLinkElement | HTMLAnchorElement>("[data-keep]")].map(({ href }) => href);
  if (urls.length === 0) return;
  const ready = await navigator.serviceWorker.ready;
  ready.active?.postMessage({ type: "keep", urls });
}

async function portal(): Promise<void> {
  const { owner } = document.body.dataset;
  if (owner) {
    await vault.note("owner", owner);
    await planPhone.personal(owner);
  }
  // a generic page, and nobody's personal page since the last sign-in: whose entry would it be? Forms go the ordinary way
  if (!(await outbox.owner())) return;
  outbox.watch(saved.show);
  const justSaved = await vault.note("saved");
  if (justSaved) await vault.note("saved", null);
  await outbox.tell(justSaved ? "saved" : "quiet");
  forms.start();
  portalBefore.start();
  portalToday.start();
  portalStep.start();
  await portalCheck.start();
  await portalWrite.start();
  document.documentElement.dataset["outbox"] = "ready";
  const again = (): void => void outbox.sendAfresh();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") again();
  });
  again();
}

/** Where a password is asked for, somebody else may come in: what follows is not the last person's. */
async function nextPerson(): Promise<void> {
  if (await vault.exists()) await vault.note("owner", null);
}

async function start(): Promise<void> {
  display.start();
  leaving.start();
  passkeys.start();
  planPhone.start();
  document.addEventListener("click", (event) => {
    if ((event.target as Element | null)?.closest("[data-print]")) print();
  });
  const { wipe } = document.body.dataset;
  if (wipe) await leaving.empty(wipe === "pages");
  else if (document.querySelector("input[type=password]")) await nextPerson().catch(() => undefined);
  else if ("portal" in document.body.dataset && (await vault.works())) await portal();
  else if (document.body.matches("[data-portal-step-page], [data-portal-write], [data-portal-check]")) {
    // nothing can be kept on this phone: the same page as an ordinary form is still there
    location.replace(`?form=1&${location.search.slice(1)}`);
  }
  await serviceWorker();
}

void start();
