// Photos of a report that is being written: made smaller, kept on the device, shown, taken off again.
import { h } from '../inspect/dom';
import { smaller } from '../inspect/photo';
import type { Photo } from '../inspect/store';
import { icon } from '../icon';
import { tellProblem } from './notes';
import type { Outbox } from './outbox';

/** `skip`: photos that are shown elsewhere, such as those of marks. */
export async function chosenPhotos(form: HTMLElement, outbox: Outbox, skip: () => Set<string> = () => new Set()): Promise<void> {
  const place = form.querySelector<HTMLElement>('[data-chosen]');
  const input = form.querySelector<HTMLInputElement>('[data-pick] input');
  if (!place || !input) return;
  const show = (photo: Photo): void => {
    const picture = h('img', { alt: 'Photo of this report', src: URL.createObjectURL(photo.blob) });
    const box = h('span', { class: 'chosen-photo' }, picture, h('button', { class: 'btn btn-icon', type: 'button', 'aria-label': 'Take this photo off', on: { click: () => { void outbox.dropPhoto(photo.id); box.remove(); } } }, icon('x')));
    place.append(box);
  };
  const hidden = skip();
  for (const photo of await outbox.photos()) if (!hidden.has(photo.id)) show(photo);
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    input.value = '';
    void (async () => {
      for (const file of files) {
        try {
          show(await outbox.addPhoto(await smaller(file)));
        } catch (error) {
          tellProblem((error as Error).message);
        }
      }
      outbox.keep();
    })();
  });
}
