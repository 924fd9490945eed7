// A place to sign with finger, pen or mouse; the typed name beside it signs for whoever cannot draw.
import { h } from './dom';
import type { Signature } from './types';

const LINE = 2.4;

export interface Pad {
  element: HTMLElement;
  /** PNG as base64, or null while nothing is drawn. */
  image(): string | null;
}

/** A pad in an element that holds a `<canvas>` and a button `[data-clear]`; `told` hears of each stroke. */
export function signaturePad(element: HTMLElement, told: () => void = () => undefined): Pad {
  const canvas = element.querySelector('canvas') as HTMLCanvasElement;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  let drawn = false;
  let at: { x: number; y: number } | null = null;

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * canvas.width, y: ((event.clientY - box.top) / box.height) * canvas.height };
  };
  const clear = (): void => {
    context.clearRect(0, 0, canvas.width, canvas.height);
    drawn = false;
    told();
  };
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    at = place(event);
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!at) return;
    const next = place(event);
    // Ink is dark in both schemes: the picture is looked at on paper, too.
    context.strokeStyle = '#14213d';
    context.lineWidth = LINE;
    context.lineCap = 'round';
    context.beginPath();
    context.moveTo(at.x, at.y);
    context.lineTo(next.x, next.y);
    context.stroke();
    at = next;
    drawn = true;
  });
  for (const end of ['pointerup', 'pointercancel'] as const) {
    canvas.addEventListener(end, () => {
      at = null;
      if (drawn) told();
    });
  }
  element.querySelector('[data-clear]')?.addEventListener('click', clear);
  return { element, image: () => (drawn ? canvas.toDataURL('image/png').slice('data:image/png;base64,'.length) : null) };
}

export interface Signing {
  element: HTMLElement;
  /** null while nothing is drawn or typed: signing is done, not found done. */
  read(): Signature | null;
}

/** A pad, and a name for whoever cannot draw. What is drawn is signed by `name`, whose account it is, unless another is typed. */
export function signing(heading: string, hint: string, name: string): Signing {
  const typed = h('input', { class: 'form-control', type: 'text', maxlength: 255, autocomplete: 'off', id: `name-${heading.replaceAll(' ', '-').toLowerCase()}` });
  const box = h('div', { class: 'insp-pad' },
    h('canvas', { width: 600, height: 180, 'aria-label': `${heading}: draw here, or type your name below`, role: 'img' }),
    h('button', { class: 'btn btn-sm', type: 'button', 'data-clear': true }, 'Clear'));
  const pad = signaturePad(box);
  return {
    element: h('div', { class: 'insp-sign' }, h('h3', { class: 'subheader' }, heading), h('p', { class: 'form-hint' }, hint), box, h('label', { class: 'form-label', for: typed.id }, 'Or type your name'), typed),
    read: () => {
      const image = pad.image();
      const who = typed.value.trim();
      return image || who ? { name: who || name, ...(image && { image }) } : null;
    },
  };
}
