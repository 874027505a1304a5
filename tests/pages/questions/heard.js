// What a screen reader is told of the page.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
  const name = (one) => {
    const by = one.getAttribute("aria-labelledby");
    return (one.getAttribute("aria-label") ?? (by && document.getElementById(by)?.textContent) ?? "").trim();
  };
  const navigations = all("nav").map(name);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  return {
    language: document.documentElement.lang,
    twice: ids.filter((id, place) => ids.indexOf(id) !== place),
    namelessDialogs: [...document.querySelectorAll("dialog")].filter((one) => !one.hasAttribute("aria-labelledby") || (one.open && !name(one))).length,
    navigations: navigations.filter((said, place) => !said || navigations.indexOf(said) !== place),
    ticking: all("[role=timer]").filter((one) => one.getAttribute("aria-live") !== "off").length,
    shouting: all("[aria-live=assertive]").length,
    levels: all("h1, h2, h3, h4").map((one) => Number(one.tagName[1])),
  };
};
