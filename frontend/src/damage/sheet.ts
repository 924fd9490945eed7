// The dialog that asks what a mark is: kind, severity, a note, a photo.
import { h } from '../inspect/dom';
import type { Place } from './diagram';

export interface Answer extends Place {
  damage_type: string;
  severity: string;
  notes: string;
  photo: File | null;
}

/** Null when it was cancelled. */
export function askMark(place: Place): Promise<Answer | null> {
  const dialog = document.getElementById('damage-sheet') as HTMLDialogElement;
  const form = dialog.querySelector('form') as HTMLFormElement;
  const input = dialog.querySelector<HTMLInputElement>('[data-sheet-file]');
  const shown = dialog.querySelector<HTMLElement>('[data-sheet-photo]');
  form.reset();
  shown?.replaceChildren();
  (form.elements.namedItem('view') as HTMLSelectElement).value = place.view;
  return new Promise((resolve) => {
    const pictured = (): void => {
      const file = input?.files?.[0];
      shown?.replaceChildren(...(file ? [h('img', { alt: 'Photo of this mark', src: URL.createObjectURL(file) })] : []));
    };
    const cancel = (): void => dialog.close('');
    const closed = (): void => {
      input?.removeEventListener('change', pictured);
      dialog.querySelector('[data-sheet-cancel]')?.removeEventListener('click', cancel);
      if (dialog.returnValue !== 'set') {
        resolve(null);
        return;
      }
      const given = new FormData(form);
      const text = (name: string): string => String(given.get(name) ?? '');
      const view = text('view');
      // Moved to another side by the list: it stands in the middle of that one.
      const where = view === place.view ? place : { view, x: 0.5, y: 0.5 };
      resolve({ ...where, damage_type: text('damage_type'), severity: text('severity') || 'minor', notes: text('notes').trim(), photo: input?.files?.[0] ?? null });
    };
    input?.addEventListener('change', pictured);
    dialog.querySelector('[data-sheet-cancel]')?.addEventListener('click', cancel);
    dialog.addEventListener('close', closed, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
  });
}
