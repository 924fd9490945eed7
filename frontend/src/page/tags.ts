import { tag } from './lookup';
import { whenThere } from './ready';

/** A text with one value a line becomes tags: Enter or a comma adds what was typed, Backspace takes the last one off. */
export function tags(): void {
  whenThere('.tags-field', (box) => {
    const text = box.querySelector('textarea');
    const name = box.dataset['tags'];
    if (!text || !name) return;
    const usual = box.querySelector('datalist');
    const input = document.createElement('input');
    input.className = 'form-control';
    input.id = text.id;
    input.autocomplete = 'off';
    input.placeholder = 'Add …';
    if (usual) input.setAttribute('list', usual.id);
    for (const attribute of ['aria-describedby', 'aria-invalid', 'aria-label']) {
      const value = text.getAttribute(attribute);
      if (value) input.setAttribute(attribute, value);
    }
    const chosen = document.createElement('span');
    chosen.className = 'lookup-chosen';
    const none = document.createElement('input');
    none.type = 'hidden';
    none.name = name;
    const add = (): void => {
      for (const part of input.value.split(',').map((one) => one.trim()).filter(Boolean)) chosen.append(tag(name, part, part));
      input.value = '';
    };
    chosen.append(...text.value.split('\n').filter(Boolean).map((one) => tag(name, one, one)));
    input.addEventListener('keydown', (event) => {
      if ((event.key === 'Enter' || event.key === ',') && input.value.trim()) {
        event.preventDefault();
        add();
      } else if (event.key === 'Backspace' && !input.value) {
        chosen.querySelector('.tag:last-child')?.remove();
      }
    });
    input.addEventListener('blur', add);
    box.addEventListener('click', (event) => (event.target as Element).closest('[data-take-off]')?.closest('.tag')?.remove());
    box.classList.add('lookup-many');
    text.replaceWith(chosen, none, input);
  });
}
