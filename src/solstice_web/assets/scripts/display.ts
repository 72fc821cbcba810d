// Light or dark and text size: a cookie says which; pages kept for offline use learn it here.
const read = (name: string): string | undefined => new RegExp(`(?:^|; )${name}=([a-z]+)`).exec(document.cookie)?.[1];

export function start(): void {
  const root = document.documentElement;
  const theme = read("theme");
  const size = read("text_size");
  root.dataset["theme"] = theme === "light" || theme === "dark" ? theme : "auto";
  root.dataset["text"] = size === "large" || size === "largest" ? size : "usual";
}
