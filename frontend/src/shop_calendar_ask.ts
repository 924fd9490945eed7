// Questions of the shop's calendar to the server, and its answers in words.
import { csrfHeaders } from './page/csrf';

interface Problem {
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** Throws an Error with the server's words. */
export async function send<T>(method: string, path: string, body: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(`/api/v1/service-bay-schedule${path}`, {
      method, headers: { 'Content-Type': 'application/json', ...csrfHeaders() }, body: JSON.stringify(body),
    });
  } catch {
    throw new Error('The server cannot be reached. Try again in a moment.');
  }
  const said: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(words(said as Problem));
  return said as T;
}

/** A problem document in a sentence: its own, else those of its fields. */
function words({ detail = '', errors = [] }: Problem): string {
  if (detail && !detail.startsWith('Some fields')) return detail;
  return errors.map(({ field, message }) => `${field.replace(/_id$/, '').replace(/_/g, ' ')}: ${message}`).join('. ') || 'Something went wrong.';
}
