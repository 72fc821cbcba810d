// A person's own words with a link on each phone number in them: text nodes and links only, never HTML.

const MAYBE_A_NUMBER = /(\+?[\d(][\d ()\u00a0/-]*\d)/;
const A_DAY = /^\d{4}-\d\d-\d\d$|\d\/\d\d?\/\d/;
const FEWEST = 5;
const MOST = 15;

/** What a phone dials; null for what is no number. Short ones count when the page itself has a link to them. */
function dialled(words: string): string | null {
  const digits = words.replace(/^(\+.*)\(0\)/, "$1").replace(/[^\d+]/g, "");
  const long = digits.length >= FEWEST && digits.length <= MOST && !A_DAY.test(words);
  return long || document.querySelector(`[href="tel:${digits}"]`) ? `tel:${digits}` : null;
}

/** Puts the words into an element. */
export function show(words: string, where: HTMLElement): void {
  const parts = words.split(MAYBE_A_NUMBER).map((part, place) => {
    const href = place % 2 ? dialled(part) : null;
    if (!href) return part;
    const link = document.createElement("a");
    link.href = href;
    link.textContent = part;
    return link;
  });
  where.replaceChildren(...parts);
}
