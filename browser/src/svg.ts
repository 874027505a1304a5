/** A QR drawn by the server, rebuilt from the few elements and attributes it needs: whatever else an answer holds is dropped. */

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "g", "path", "rect", "title", "desc"]);
const ATTRIBUTES = new Set([
  "viewBox", "width", "height", "x", "y", "d", "fill", "fill-rule", "stroke", "stroke-width", "transform",
  "shape-rendering", "class", "role", "aria-label", "aria-labelledby", "aria-hidden", "focusable",
]);

export function drawing(source: string): SVGElement | null {
  const root = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
  return root.namespaceURI === SVG && root.localName === "svg" ? (copy(root) as SVGElement) : null;
}

function copy(source: Element): Element {
  const made = document.createElementNS(SVG, source.localName);
  for (const { name, value } of source.attributes) if (ATTRIBUTES.has(name) && !/url\s*\(/i.test(value)) made.setAttribute(name, value);
  for (const child of source.childNodes) {
    if (child instanceof Element) {
      if (child.namespaceURI === SVG && ELEMENTS.has(child.localName)) made.append(copy(child));
    } else if (child.nodeType === Node.TEXT_NODE && ["title", "desc"].includes(source.localName)) made.append(child.textContent ?? "");
  }
  return made;
}
