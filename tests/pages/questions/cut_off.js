// What does not fit its box and is cut there. Fields scroll, drawings and the hidden have no text to lose.
() => {
  const fine = ".govuk-visually-hidden, .senim-hero, .senim-hero *, input, textarea, select, svg, svg *, thead, thead *";
  return [...document.querySelectorAll("main *, header *, footer *")]
    .filter((one) => one.checkVisibility() && !one.matches(fine))
    .filter((one) => getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.outerHTML.slice(0, 100));
};
