// A technician's day: the clock counts, start and stop speak to the API, photos go with a note.
import { acts } from './work_order_act';
import { clocks } from './work_order_clock';
import { remarks } from './work_order_photo';

const OPEN = 'motorpool-my-work-open';

clocks();
acts('[data-work-problem]');
remarks();

// A job that was unfolded stays so when the page comes back from what was done.
const jobs = [...document.querySelectorAll<HTMLDetailsElement>('details.work-job')];
const kept = read();
for (const job of jobs) {
  if (kept.includes(job.id)) job.open = true;
  job.addEventListener('toggle', () => {
    try {
      sessionStorage.setItem(OPEN, JSON.stringify(jobs.filter((one) => one.open).map((one) => one.id)));
    } catch {
      // Without storage the first job stands open.
    }
  });
}

function read(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(OPEN) ?? '[]') as string[];
  } catch {
    return [];
  }
}
