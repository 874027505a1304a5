// Where the focus is: is it to be seen, and in sight?
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const labels = [...(element.labels ?? [])];
  const styles = [element, ...labels].flatMap((one) => [getComputedStyle(one), getComputedStyle(one, "::before")]);
  const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 && !style.outlineColor.endsWith(", 0)");
  const box = (element.matches("[type=radio], [type=checkbox]") && labels[0] ? labels[0] : element).getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    seen: styles.some((style) => outlined(style) || style.boxShadow !== "none"),
    inSight: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
};
