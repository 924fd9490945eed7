// Signing at a desk: each form with a `[data-sign]` box sends what was drawn, or the name that was typed.
import { signaturePad } from './inspect/signature';

for (const box of document.querySelectorAll<HTMLElement>('[data-sign]')) {
  const field = box.querySelector<HTMLInputElement>('input[type=hidden]');
  const drawing = box.querySelector<HTMLElement>('.insp-pad');
  const name = box.querySelector<HTMLInputElement>('input[name=name]');
  if (!field || !drawing || !name) continue;
  drawing.hidden = false;
  const pad = signaturePad(drawing, () => {
    field.value = pad.image() ?? '';
    name.required = !field.value;
  });
}
