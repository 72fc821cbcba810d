"""What axe finds on a page. Contrast, by far its dearest rule, is tried once for each way a text looks."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe()
CHECK = """
async (tags) => {
  const grounds = new Map();
  const ground = (element) => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(element);
      const own = `${backgroundColor},${backgroundImage},${opacity}`;
      const plain = own === "rgba(0, 0, 0, 0),none,1";
      grounds.set(element, ground(element.parentElement) + (plain ? "" : `|${own}`));
    }
    return grounds.get(element);
  };
  const look = (element) => {
    const { color, fontSize, fontWeight, textShadow, position } = getComputedStyle(element);
    return [color, fontSize, fontWeight, textShadow, position, ground(element)].join("/");
  };
  const seen = new Map();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
    const alike = seen.get(look(element)) ?? seen.set(look(element), new Set()).get(look(element));
    if (alike.size < 2) alike.add(element);
  }
  for (const field of document.querySelectorAll("input, select, textarea")) seen.set(field, new Set([field]));
  const found = async (where, options) => (await axe.run(where, { resultTypes: ["violations"], ...options })).violations;
  const rest = { runOnly: { type: "tag", values: tags }, rules: { "color-contrast": { enabled: false } } };
  const some = [...seen.values()].flatMap((alike) => [...alike]);
  return [
    ...(await found(document, rest)),
    ...(some.length ? await found({ include: some }, { runOnly: ["color-contrast"] }) : []),
  ];
}
"""


def violations(page: Page) -> list[str]:
    """Each broken rule with up to three places. Two texts look alike when colour, size, weight, shadow and all grounds below agree."""
    page.evaluate(AXE.axe_script)
    return [
        f"{rule['id']}: {rule['help']} ({'; '.join(node['html'][:160] for node in rule['nodes'][:3])})"
        for rule in page.evaluate(CHECK, TAGS)
    ]
