type Attach = (element: HTMLElement) => void;

/** Every element that fits, now and whenever htmx, a dialog or an editor brings new ones, once each. */
export function whenThere(selector: string, attach: Attach): void {
  const seen = new WeakSet<Element>();
  const look = (): void => {
    for (const element of document.querySelectorAll<HTMLElement>(selector)) {
      if (seen.has(element)) continue;
      seen.add(element);
      attach(element);
    }
  };
  look();
  document.addEventListener('htmx:after:settle', look);
  document.addEventListener('motorpool:content', look);
}

/** Tells the others that there is something new on the page. */
export function tellContent(): void {
  document.dispatchEvent(new Event('motorpool:content'));
}
