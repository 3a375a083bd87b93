// Building and changing elements. Text is always set as text: what callers say or are called never becomes markup.

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

export function text(node, value) {
  const words = String(value);
  if (node.textContent !== words) node.textContent = words;
}

export function attribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

// Puts children in this order, moving only those out of place.
export function arrange(parent, children) {
  children.forEach((child, index) => {
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] || null);
  });
  while (parent.children.length > children.length) parent.lastElementChild.remove();
}

export function phoneIcon() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("fill", "currentColor");
  path.setAttribute("d", "M6.6 2.6c.5-.2 1.1 0 1.4.5l2 3.3c.3.5.2 1.1-.2 1.5L8.4 9.3a12 12 0 0 0 6.3 6.3l1.4-1.4c.4-.4 1-.5 1.5-.2l3.3 2c.5.3.7.9.5 1.4-.6 2-2.3 3.6-4.6 3.6C9.4 21 3 14.6 3 7.2c0-2.3 1.6-4 3.6-4.6Z");
  svg.append(path);
  return svg;
}
