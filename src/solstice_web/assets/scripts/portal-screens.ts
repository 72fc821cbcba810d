// A page that holds several screens: one is shown, the phone's own Back goes to the one before.

const all = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-screen]")];

export const screen = (name: string): HTMLElement | null => all().find((one) => one.dataset["screen"] === name) ?? null;

/** Shows one screen, hides the others, and puts the focus on its heading. */
function reveal(name: string): boolean {
  const next = screen(name);
  if (!next) return false;
  for (const one of all()) one.hidden = one !== next;
  const heading = next.querySelector<HTMLElement>("h1") ?? next;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  document.dispatchEvent(new CustomEvent("solstice:screen", { detail: name }));
  return true;
}

export function show(name: string): void {
  if (reveal(name)) history.pushState({ screen: name }, "");
}

/** Takes the place of the screen before: Back does not lead there any more. */
export function replace(name: string): void {
  if (reveal(name)) history.replaceState({ screen: name }, "");
}

/** `first` is the screen of the page as it came; buttons with data-go lead to the screen they name. */
export function start(first: string): void {
  history.replaceState({ screen: first }, "");
  addEventListener("popstate", (event) => {
    const name = (event.state as { screen?: string } | null)?.screen;
    if (name) reveal(name);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element | null)?.closest<HTMLElement>("[data-go]");
    const name = button?.dataset["go"];
    if (name) show(name);
  });
}

/** The address of this page as an ordinary form: where things go on when the phone cannot keep them. */
export const plainForm = (): string => `?form=1&${location.search.slice(1)}`;
