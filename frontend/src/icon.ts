// A piece of the icon sprite, as the templates' `icon` macro draws it.
const SPRITE = new URL(FILES['icons.svg'] ?? 'icons.svg', import.meta.url).href;
const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: string, className = 'icon'): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  svg.append(use);
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg: Element, name: string): void {
  svg.querySelector('use')?.setAttribute('href', `${SPRITE}#${name}`);
}
