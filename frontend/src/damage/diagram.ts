// The outline of a vehicle: where it was tapped, and pins on it. A place is a share of the view's width and height.
const SVG = 'http://www.w3.org/2000/svg';

export interface Place {
  view: string;
  x: number;
  y: number;
}

/** Calls `tapped` with each place that is tapped on a view of the diagrams in `root`. */
export function onTap(root: HTMLElement, tapped: (place: Place) => void): void {
  root.addEventListener('click', (event) => {
    const svg = (event.target as Element).closest<SVGSVGElement>('.is-editable svg[data-view]');
    if (!svg) return;
    const box = svg.getBoundingClientRect();
    tapped({ view: svg.dataset['view'] ?? 'top', x: share((event.clientX - box.left) / box.width), y: share((event.clientY - box.top) / box.height) });
  });
}

function share(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 100_000) / 100_000;
}

/** Draws the pins of the marks, numbered from 1, on all views below `root`. */
export function drawPins(root: ParentNode, marks: (Place & { severity: string })[]): void {
  for (const svg of root.querySelectorAll<SVGSVGElement>('svg[data-view]')) {
    const group = svg.querySelector('[data-pins]');
    if (!group) continue;
    group.replaceChildren();
    const { width, height } = svg.viewBox.baseVal;
    let here = 0;
    marks.forEach((mark, index) => {
      if (mark.view !== svg.dataset['view']) return;
      here += 1;
      group.append(pin(mark.x * width, mark.y * height, index + 1, mark.severity));
    });
    svg.setAttribute('aria-label', `${svg.dataset['label'] ?? ''}: ${here || 'no'} ${here === 1 ? 'mark' : 'marks'}`);
  }
}

function pin(x: number, y: number, number: number, severity: string): SVGElement {
  const group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', `damage-pin is-${severity}`);
  const circle = document.createElementNS(SVG, 'circle');
  circle.setAttribute('cx', x.toFixed(1));
  circle.setAttribute('cy', y.toFixed(1));
  circle.setAttribute('r', '9');
  const text = document.createElementNS(SVG, 'text');
  text.setAttribute('x', x.toFixed(1));
  text.setAttribute('y', (y + 3.6).toFixed(1));
  text.textContent = String(number);
  group.append(circle, text);
  return group;
}
