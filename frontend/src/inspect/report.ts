// A report while it is filled in: made, changed, checked, handed to the queue.
import { uuid } from './dom';
import { asShown, kilometres } from './server';
import { keepReport, usedVehicle } from './store';
import { itemsFor, type Answer, type Form, type Item, type Kit, type Report, type Vehicle } from './types';

export async function begin(kit: Kit, vehicle: Vehicle, form: Form): Promise<Report> {
  const report: Report = {
    id: uuid(), user_id: kit.user_id, state: 'draft', vehicle, form, answers: {}, odometer: '', notes: '', place: null, signature: null,
    reviewed: null, review_skipped: false, changed_at: new Date().toISOString(), performed_at: null, attempts: 0, next_at: 0, trouble: '',
    problems: [], outcome: null,
  };
  await keepReport(report);
  await usedVehicle(kit.user_id, vehicle.id);
  return report;
}

export function answerOf(report: Report, key: string): Answer {
  return (report.answers[key] ??= { photos: [] });
}

/** Before a trip the last report is shown and signed, while its repairs wait for the next driver. */
export function needsReview(report: Report): boolean {
  return report.form.inspection_type === 'pre_trip' && report.vehicle.report?.is_to_review === true && !report.reviewed && !report.review_skipped;
}

export function isDone(item: Item, answer: Answer | undefined): boolean {
  if (!answer) return false;
  if (answer.status === 'not_applicable') return true;
  if (item.kind === 'number') return Boolean(answer.value) && Number.isFinite(Number(answer.value));
  if (item.kind === 'text') return Boolean(answer.value?.trim());
  if (item.kind === 'photo') return answer.photos.length > 0;
  return answer.status !== undefined;
}

/** A number out of range is a defect whatever is ticked. */
export function isDefect(item: Item, answer: Answer | undefined): boolean {
  if (!answer || answer.status === 'not_applicable') return false;
  if (answer.status === 'fail') return true;
  if (item.kind !== 'number' || !answer.value) return false;
  const number = Number(answer.value);
  return (item.minimum !== null && number < Number(item.minimum)) || (item.maximum !== null && number > Number(item.maximum));
}

/** Whether the odometer is lower than the one that was known when the report was begun, as they are shown. */
export function runsBack(report: Report): boolean {
  const shown = kilometres(report.odometer);
  const known = report.vehicle.odometer_km;
  return shown !== null && known !== null && asShown(shown) < asShown(known);
}

export interface Lack {
  key: string;
  message: string;
}

/** What is missing, in the order of the page; the server looks again. */
export function lacks(report: Report): Lack[] {
  const found: Lack[] = [];
  for (const item of itemsFor(report.form, report.vehicle)) {
    const answer = report.answers[item.key];
    if (item.is_required && !isDone(item, answer)) found.push({ key: item.key, message: item.kind === 'photo' ? 'Take a photo.' : 'Answer this.' });
    else if (item.photo_on_failure && isDefect(item, answer) && !answer?.photos.length) found.push({ key: item.key, message: 'Show the defect in a photo.' });
    else if (item.kind === 'check' && isDefect(item, answer) && !answer?.notes?.trim() && !answer?.photos.length) found.push({ key: item.key, message: 'Say what is wrong, or take a photo of it.' });
  }
  const shown = kilometres(report.odometer);
  if (report.odometer.trim() && (shown === null || shown > 9_999_999)) found.push({ key: 'odometer', message: 'Give the number that the odometer shows.' });
  return found;
}

let writing: Promise<void> = Promise.resolve();

/** Keep what was changed, one write after the other. */
export function keep(report: Report): Promise<void> {
  report.changed_at = new Date().toISOString();
  // A copy: what is changed while it is being written belongs to the next write.
  const copy = structuredClone(report);
  writing = writing.then(() => keepReport(copy));
  return writing;
}
