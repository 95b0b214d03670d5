"""What axe is asked of a page: everything of a page it has not seen, and of one that it has, only what looks new.

What axe says of structure is the same wherever the structure is: it is asked once of each, whatever a page's words. What it
says of a colour is the same wherever the same colours lie on each other: it is asked once of each. Sizes are asked of each
structure at each width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.local import pieces


if TYPE_CHECKING:
    from playwright.async_api import Page

AXE = (pieces.ROOT / "infra/local/node_modules/axe-core/axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS, SIZES = ["color-contrast"], ["target-size", "scrollable-region-focusable"]
FITS = "document.documentElement.scrollWidth <= innerWidth"
# Controls whose name does not hold what they show (WCAG 2.5.3): axe does not look at what is kept from screen readers.
UNSAID = """() => {
  const plain = (text) => text.toLowerCase().replace(/[\\s\\p{P}]+/gu, " ").trim();
  const texts = (all) => [...all].map((one) => one.textContent).join(" ");
  const without = (one, unwanted) => {
    const copy = one.cloneNode(true);
    copy.querySelectorAll(unwanted).forEach((each) => each.remove());
    return copy.textContent;
  };
  const name = (one) => one.getAttribute("aria-label")
    ?? (one.hasAttribute("aria-labelledby")
      ? texts(one.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id)))
      : without(one, "[aria-hidden=true]"));
  return [...document.querySelectorAll("a, button, summary, [role=link], [role=button]")]
    .filter((one) => one.checkVisibility() && !plain(name(one)).includes(plain(without(one, ".hidden-text, .mark"))))
    .map((one) => `${one.outerHTML.slice(0, 200)} is named ${name(one)}`);
}"""
# `structure`: what is shown, without words and numbers, as often as it comes. `texts`: of each element with words of its own
# how it is coloured and on what; the elements wait in `window.texts`.
SEEN = """() => {
  const hash = (text) => {
    let found = 7;
    for (let at = 0; at < text.length; at++) found = Math.imul(found, 31) + text.charCodeAt(at) | 0;
    return found;
  };
  const WORDS = new Set(["href", "src", "srcset", "value", "content", "style", "name", "action", "formaction", "datetime",
    "title", "alt", "aria-label", "placeholder", "min", "max", "step", "d", "viewBox", "width", "height", "pattern"]);
  const AS_THEY_ARE = new Set(["lang", "tabindex", "role"]);
  const known = new Map();
  const outline = (one) => {
    if (!one.checkVisibility() && one !== document.documentElement && one !== document.head) return "";
    const attributes = [...one.attributes].filter(({ name }) => !name.startsWith("data-"))
      .map(({ name, value }) => `${name}=${AS_THEY_ARE.has(name) ? value
        : WORDS.has(name) ? Boolean(value.trim()) : value.replace(/[\\d-]+/g, "0")}`);
    const inside = one === document.head ? [] : [...one.childNodes].map((each) =>
      each.nodeType === 1 ? outline(each) : each.nodeType === 3 && each.data.trim() ? "text" : "").filter(Boolean);
    const all = inside.filter((each, at) => each !== inside[at - 1] && each !== inside[at - 2]);
    return String(hash(`${one.localName} ${attributes.sort()} ${all}`));
  };
  const ground = (one) => {
    if (!one) return "";
    if (!known.has(one)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(one);
      const own = [one.localName, one.className, backgroundColor, backgroundImage, opacity, position];
      known.set(one, String(hash(`${ground(one.parentElement)} ${own}`)));
    }
    return known.get(one);
  };
  // how many have a name that another one has
  const twice = (names) => names.length - new Set(names).size;
  const landmarks = [...document.querySelectorAll("nav, aside, section, form, header, footer, main, [role]")].map((one) =>
    [one.localName, one.role, one.getAttribute("aria-label"), one.getAttribute("aria-labelledby")].join());
  const holdsWords = (one) => one.matches("input:not([type=hidden]), select, textarea")
    || [...one.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  window.texts = [...document.body.querySelectorAll("*")].filter((one) => holdsWords(one) && one.checkVisibility());
  return {
    structure: [outline(document.documentElement), twice(landmarks)].join(),
    texts: window.texts.map((one) => {
      const { color, fontSize, fontWeight, textShadow } = getComputedStyle(one);
      return hash(`${ground(one)} ${color} ${fontSize} ${fontWeight} ${textShadow} ${one.matches(":disabled")}`);
    }),
  };
}"""
# Colours are asked of the elements that are marked.
ASK = """async ([rules, texts]) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-new-text]" }] });
  const marked = texts.map((at) => window.texts[at]);
  marked.forEach((one) => (one.dataset.newText = ""));
  const found = await axe.run({ runOnly: rules, resultTypes: ["violations"], preload: false });
  marked.forEach((one) => delete one.dataset.newText);
  return found.violations.map((one) => [one.id, one.nodes.map((node) => node.target)]);
}"""


@dataclass
class Seen:
    """What axe had nothing to say about."""

    structures: set[str] = field(default_factory=set)
    sizes: set[tuple[str, int]] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)

    async def look(self, page: Page, state: str, *, at_all: bool) -> None:
        """Ask of what is new; `at_all` means of structures too, else of colours and sizes alone."""
        found, width = await page.evaluate(SEEN), (page.viewport_size or {"width": 0})["width"]
        place = found["structure"], width
        new = {text: at for at, text in enumerate(found["texts"]) if text not in self.texts}
        is_new = at_all and found["structure"] not in self.structures
        rules = TAGS if is_new else [*(COLOURS if new else []), *(SIZES if place not in self.sizes else [])]
        if rules:
            if not await page.evaluate("'axe' in window"):
                await page.evaluate(AXE)
            assert (said := await page.evaluate(ASK, [rules, list(new.values())])) == [], (state, said)
        self.structures |= {found["structure"]} if is_new else set()
        self.sizes.add(place)
        self.texts |= set(new)


SEEN_HERE = Seen()
"""What one worker has seen in all of its tests."""
