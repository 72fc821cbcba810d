// A field that offers names while typing: arrows and Enter, or a tap. Without script it is a plain field.
// A bundle of its own, for the two pages that search names: every other page stays lighter.
export {};

interface Name {
  words: string;
  label: string;
  why: string;
  kind: string;
}

const WAIT_MS = 120;
let made = 0;

/** Asks in the body of a POST, so that what someone had stands in no address. */
async function ask(input: HTMLInputElement): Promise<Name[]> {
  const body = new URLSearchParams({ words: input.value, kind: kindOf(input) });
  const token = input.form?.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const answer = await fetch(input.dataset["names"] ?? "", { method: "POST", body, headers: { "X-CSRFToken": token } });
  return answer.ok ? ((await answer.json()) as { names: Name[] }).names : [];
}

/** A fixed kind, or the choice of another field of the form ("#id_kind"). */
function kindOf(input: HTMLInputElement): string {
  const told = input.dataset["namesKind"] ?? "";
  return told.startsWith("#") ? (document.querySelector<HTMLSelectElement>(told)?.value ?? "") : told;
}

class Offer {
  private names: Name[] = [];
  private active = -1;
  private asked = 0;
  private timer = 0;
  private readonly list = document.createElement("ul");
  private readonly said = document.createElement("p");

  constructor(private readonly input: HTMLInputElement) {
    made += 1;
    this.list.id = `names_${made}`;
    this.list.className = "so-names";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names that fit");
    this.list.hidden = true;
    this.said.className = "nhsuk-u-visually-hidden";
    this.said.setAttribute("role", "status");
    const frame = document.createElement("div");
    frame.className = "so-names-frame";
    const hadFocus = document.activeElement === input;
    input.replaceWith(frame);
    frame.append(input, this.list, this.said);
    if (hadFocus || input.autofocus) input.focus();
    input.removeAttribute("list");
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id }))
      input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    // the field keeps the focus, so that a tap on a name is not a way out of the field
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.pick(Number(option.dataset["place"]), true);
    });
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), WAIT_MS);
  }

  private async look(): Promise<void> {
    const turn = ++this.asked;
    const names = this.input.value.trim().length < 2 ? [] : await ask(this.input).catch(() => []);
    if (turn !== this.asked || document.activeElement !== this.input) return;
    this.names = names;
    this.active = -1;
    this.show();
  }

  private show(): void {
    this.list.replaceChildren(
      ...this.names.map((name, place) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}_${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", String(place === this.active));
        option.dataset["place"] = String(place);
        option.textContent = name.label;
        return option;
      }),
    );
    const open = this.names.length > 0;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    if (this.active >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}_${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.said.textContent = open ? `${this.names.length} ${this.names.length === 1 ? "name fits" : "names fit"}` : "";
    if (this.active >= 0) this.list.children[this.active]?.scrollIntoView({ block: "nearest" });
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked += 1;
    this.names = [];
    this.active = -1;
    this.show();
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.names.length - 1;
    if (event.key === "ArrowDown" && last >= 0) this.active = this.active >= last ? 0 : this.active + 1;
    else if (event.key === "ArrowUp" && last >= 0) this.active = this.active <= 0 ? last : this.active - 1;
    else if (event.key === "Escape" && last >= 0) return void (event.preventDefault(), this.close());
    else if (event.key === "Enter" && this.active >= 0) return void (event.preventDefault(), this.pick(this.active, false));
    else return;
    event.preventDefault();
    this.show();
  }

  /** A tapped name is the answer where the page asks nothing else; a name picked by key is sent by the next Enter. */
  private pick(place: number, tapped: boolean): void {
    const name = this.names[place];
    if (!name) return;
    this.input.value = name.words;
    this.close();
    this.input.dispatchEvent(new CustomEvent("solstice:named", { bubbles: true, detail: name }));
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    if (tapped && this.input.dataset["namesSend"]) this.input.form?.requestSubmit();
  }
}

/** In the editor a name also says which kind it is, unless a kind was chosen by hand. */
function followKind(): void {
  const kind = document.querySelector<HTMLSelectElement>("select[data-kind-follows]");
  if (!kind) return;
  let byHand = kind.value !== "";
  kind.addEventListener("change", (event) => {
    if (event.isTrusted) byHand = true;
  });
  document.addEventListener("solstice:named", (event) => {
    const name = (event as CustomEvent<Name>).detail;
    if (byHand && kind.value !== "") return;
    if (![...kind.options].some((option) => option.value === name.kind)) return;
    kind.value = name.kind;
    kind.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Ctrl+Enter saves, Ctrl+Shift+Enter saves and opens the next one: no browser or screen reader uses them in a form. */
function saveKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = document.querySelector<HTMLFormElement>("form[data-save-keys]");
    const button = form?.querySelector<HTMLElement>(event.shiftKey ? "[data-save-another]" : "[data-save]");
    if (!form || !button) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
}

for (const input of document.querySelectorAll<HTMLInputElement>("input[data-names]")) new Offer(input);
followKind();
saveKeys();
