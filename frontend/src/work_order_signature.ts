// Signing with a finger or a mouse: `[data-signature]` holds a canvas and the hidden fields that it fills in.
import { whenThere } from './page/ready';

const WIDTH = 600;
const HEIGHT = 180;

export function signatures(): void {
  whenThere('[data-signature]', attach);
}

function attach(field: HTMLElement): void {
  const canvas = field.querySelector('canvas');
  const pen = canvas?.getContext('2d');
  const image = field.querySelector<HTMLInputElement>('input[name=signature]');
  const moment = field.querySelector<HTMLInputElement>('input[name=signed_at]');
  if (!canvas || !pen || !image || !moment) return;
  field.hidden = false;
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  Object.assign(pen, { lineWidth: 2.5, lineCap: 'round', lineJoin: 'round', strokeStyle: '#10233f' });

  const at = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * WIDTH, ((event.clientY - box.top) / box.height) * HEIGHT];
  };
  let drawing = false;
  canvas.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  const lift = (): void => {
    if (!drawing) return;
    drawing = false;
    image.value = canvas.toDataURL('image/png');
    moment.value = new Date().toISOString();
  };
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
  field.querySelector('[data-signature-clear]')?.addEventListener('click', () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    image.value = moment.value = '';
  });
}
