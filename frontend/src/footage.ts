// Dashcam clips: sending one with progress and a picture of it, jumping to an event, the map of where it was.
import * as maplibregl from 'maplibre-gl';
import { createMap } from './map/create';
import { csrfHeaders } from './page/csrf';

const PICTURE_WIDTH = 480;
/** Where in a film its picture is taken from, as a share of its length. */
const PICTURE_AT = 0.4;
/** A busy phone needs seconds to jump in a film; the picture is taken while the person fills in the form. */
const PICTURE_PATIENCE_MS = 20_000;

const form = document.getElementById('clip-form') as HTMLFormElement | null;
const player = document.getElementById('clip-video') as HTMLVideoElement | null;
const box = document.getElementById('clip-map');

if (form) sending(form);
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-seek]')) {
  button.addEventListener('click', () => {
    if (!player) return;
    player.currentTime = Number(button.dataset['seek']);
    void player.play();
  });
}
if (box) {
  const at: [number, number] = [Number(box.dataset['longitude']), Number(box.dataset['latitude'])];
  void createMap(box, { view: { center: at, zoom: 14 } }).then(({ map }) => {
    const marker = new maplibregl.Marker({ color: '#2f6fe0' }).setLngLat(at).addTo(map);
    marker.getElement().setAttribute('aria-label', 'Where the clip was taken');
    map.once('idle', () => box.toggleAttribute('data-ready', true));
  });
}

function sending(shown: HTMLFormElement): void {
  const file = shown.elements.namedItem('file') as HTMLInputElement;
  const preview = document.getElementById('clip-preview') as HTMLElement;
  const film = preview.querySelector('video') as HTMLVideoElement;
  let picture: Promise<Blob | null> = Promise.resolve(null);
  const choose = (): void => {
    if (film.src) URL.revokeObjectURL(film.src);
    const chosen = file.files?.[0];
    preview.hidden = !chosen;
    if (chosen) film.src = URL.createObjectURL(chosen);
    picture = chosen ? still(film) : Promise.resolve(null);
  };
  file.addEventListener('change', choose);
  // Chosen before this ran, or kept by the browser when the person came back.
  choose();
  // A film that this browser cannot play can be sent all the same.
  film.addEventListener('error', () => { preview.hidden = true; });
  shown.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(shown, picture);
  });
}

async function send(shown: HTMLFormElement, taking: Promise<Blob | null>): Promise<void> {
  const button = shown.querySelector('button[type="submit"]') as HTMLButtonElement;
  clearProblems(shown);
  button.disabled = true;
  const tell = progress();
  try {
    const picture = await taking;
    const answer = await upload(shown.action, new FormData(shown), (percent) => tell(percent, percent < 100 ? `${percent} % sent` : 'Looking at the film'));
    if (answer.status !== 201) {
      showProblem(shown, answer.text);
      return;
    }
    const { id } = JSON.parse(answer.text) as { id: string };
    if (picture) {
      const data = new FormData();
      data.append('file', picture, 'still.jpg');
      await fetch(`/api/v1/video-telematics-footage/${id}/thumbnail`, { method: 'POST', headers: csrfHeaders(), body: data });
    }
    shown.removeAttribute('data-leave-asks');
    window.location.assign(`/video-telematics-footage/${id}`);
  } catch {
    showProblem(shown, '');
  } finally {
    button.disabled = false;
    (document.getElementById('clip-progress') as HTMLElement).hidden = true;
  }
}

/** fetch cannot tell how much of a body was sent. */
function upload(address: string, data: FormData, told: (percent: number) => void): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address);
    for (const [name, value] of Object.entries(csrfHeaders())) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) told(Math.floor((event.loaded / event.total) * 100));
    });
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => reject(new Error('the connection broke')));
    request.send(data);
  });
}

/** A frame of the chosen film, or null where this browser cannot show it. */
async function still(film: HTMLVideoElement): Promise<Blob | null> {
  if (film.readyState < HTMLMediaElement.HAVE_METADATA && !(await told(film, 'loadedmetadata'))) return null;
  const ready = told(film, 'seeked');
  film.currentTime = Number.isFinite(film.duration) ? film.duration * PICTURE_AT : 0.1;
  if (!(await ready) || !film.videoWidth) return null;
  const canvas = document.createElement('canvas');
  canvas.width = Math.min(PICTURE_WIDTH, film.videoWidth);
  canvas.height = Math.round((canvas.width * film.videoHeight) / film.videoWidth);
  canvas.getContext('2d')?.drawImage(film, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
}

/** Whether the film tells of something in time. */
function told(film: HTMLVideoElement, event: string): Promise<boolean> {
  return new Promise((resolve) => {
    film.addEventListener(event, () => resolve(true), { once: true });
    film.addEventListener('error', () => resolve(false), { once: true });
    setTimeout(() => resolve(false), PICTURE_PATIENCE_MS);
  });
}

function progress(): (percent: number, text: string) => void {
  const shown = document.getElementById('clip-progress') as HTMLElement;
  const bar = shown.querySelector('progress') as HTMLProgressElement;
  const words = shown.querySelector('p') as HTMLElement;
  shown.hidden = false;
  bar.value = 0;
  words.textContent = 'Sending';
  return (percent, text) => {
    bar.value = percent;
    words.textContent = text;
  };
}

function clearProblems(shown: HTMLFormElement): void {
  (document.getElementById('clip-problem') as HTMLElement).hidden = true;
  for (const place of shown.querySelectorAll<HTMLElement>('[data-error]')) place.textContent = '';
  for (const input of shown.querySelectorAll('.is-invalid')) {
    input.classList.remove('is-invalid');
    input.removeAttribute('aria-invalid');
  }
}

interface Problem {
  detail?: string;
  title?: string;
  errors?: { field: string; message: string }[];
}

function showProblem(shown: HTMLFormElement, text: string): void {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    problem = { detail: 'The connection broke, or the server did not answer. Try again.' };
  }
  const loose: string[] = [];
  for (const { field, message } of problem.errors ?? []) {
    const input = shown.elements.namedItem(field);
    const place = shown.querySelector<HTMLElement>(`[data-error="${CSS.escape(field)}"]`);
    if (input instanceof HTMLElement && place) {
      input.classList.add('is-invalid');
      input.setAttribute('aria-invalid', 'true');
      place.textContent = `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
    } else loose.push(`${field} ${message}`);
  }
  const note = document.getElementById('clip-problem') as HTMLElement;
  note.textContent = [problem.detail ?? problem.title ?? 'It could not be sent.', ...loose].join(' ');
  note.hidden = false;
  note.scrollIntoView({ block: 'nearest' });
}
