// A place to sign with finger, pen or mouse; the typed name beside it signs for whoever cannot draw.
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
