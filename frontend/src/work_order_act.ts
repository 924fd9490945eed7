// Buttons that speak to the API: `form[data-act]` sends its fields as JSON to `action`, and the page shows what came of it.
import { csrfHeaders } from './page/csrf';

interface Problem {
  detail?: string;
  title?: string;
  errors?: { field: string; message: string }[];
  fields?: { field: string; message: string }[];
  work_order_id?: string;
}

/** A refusal in the server's words, and the work order that is in the way. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly order = '',
  ) {
    super(message);
  }
}

/** What the server says about a refusal. */
export async function refusal(answer: Response): Promise<Refusal> {
  try {
    const problem = (await answer.json()) as Problem;
    const fields = (problem.errors ?? problem.fields ?? []).map((one) => `${one.field.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())} ${one.message}.`);
    return new Refusal([problem.detail ?? problem.title ?? '', ...fields].join(' ').trim() || `The server answered ${answer.status}.`, problem.work_order_id);
  } catch {
    return new Refusal(`The server answered ${answer.status}.`);
  }
}

/** A POST to our own API. Throws an Error with the server's words. */
export async function post(address: string, body: Record<string, string> = {}): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'POST', headers: { ...csrfHeaders(), 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify(body) });
  } catch {
    throw new Error('The server cannot be reached. Try again in a moment.');
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** Shows a sentence in the page's alert, with a link to another work order that is in the way, or hides it. */
export function tell(selector: string, text: string, order = ''): void {
  const box = document.querySelector<HTMLElement>(selector);
  const place = box?.querySelector<HTMLElement>('[data-text]');
  if (!box || !place) return;
  place.textContent = text;
  const href = `/maintenance-records/${order}`;
  if (order && href !== window.location.pathname) {
    const link = document.createElement('a');
    link.href = href;
    link.textContent = 'Open that work order';
    place.append(' ', link);
  }
  box.hidden = !text;
  // In the middle: at the edge it would stand under the bar of the page.
  if (text) box.scrollIntoView({ block: 'center' });
}

/** Makes every `form[data-act]` of the page act without leaving it; afterwards the page is loaded anew. */
export function acts(problem: string): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches('form[data-act]') || event.defaultPrevented) return;
    event.preventDefault();
    void act(form, problem);
  });
}

async function act(form: HTMLFormElement, problem: string): Promise<void> {
  const buttons = form.querySelectorAll<HTMLButtonElement>('button');
  const body: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== 'csrf_token' && value !== '') body[name] = String(value);
  }
  for (const button of buttons) button.disabled = true;
  tell(problem, '');
  try {
    const before = form.dataset['before'];
    if (before) await post(before);
    await post(form.action, body);
    window.location.reload();
  } catch (error) {
    tell(problem, (error as Error).message, error instanceof Refusal ? error.order : '');
    for (const button of buttons) button.disabled = false;
  }
}
