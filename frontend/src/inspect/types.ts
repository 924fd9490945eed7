// What the server gives along, and what a phone keeps until it is sent.
export interface Item {
  key: string;
  text: string;
  section: string | null;
  guidance: string | null;
  kind: 'check' | 'number' | 'text' | 'photo';
  is_required: boolean;
  allows_na: boolean;
  minimum: string | null;
  maximum: string | null;
  unit: string | null;
  photo_on_failure: boolean;
  severity: string;
  is_unsafe: boolean;
  vehicle_types: string[];
}

export interface Form {
  id: string;
  form_key: string;
  version: number;
  name: string;
  inspection_type: string;
  description: string | null;
  legal_basis: string | null;
  needs_signature: boolean;
  vehicle_types: string[];
  items: Item[] | null;
}

export interface Defect {
  id: string;
  number: string;
  description: string;
  severity: string;
  is_unsafe: boolean;
  status: string;
  key: string | null;
  resolution: string | null;
  inspection_id: string | null;
}

export interface LastReport {
  id: string;
  inspection_type: string | null;
  inspected_at: string;
  result: string;
  inspector: string | null;
  certified_at: string | null;
  certifier: string | null;
  note: string | null;
  is_to_review: boolean;
}

export interface Vehicle {
  id: string;
  number: string;
  name: string | null;
  plate: string | null;
  vehicle_type: string | null;
  is_driven: boolean;
  odometer_km: number | null;
  report_every_day: boolean;
  report: LastReport | null;
  defects: Defect[];
}

export interface Kit {
  user_id: string;
  user_name: string;
  time_zone: string;
  units: 'metric' | 'imperial';
  taken_at: string;
  forms: Form[];
  vehicles: Vehicle[];
}

export type Status = 'pass' | 'fail' | 'not_applicable';

export interface Answer {
  status?: Status;
  value?: string;
  notes?: string;
  photos: string[];
  is_unsafe?: boolean;
}

export interface Signature {
  name: string;
  image?: string;
}

/** A report on this phone: being filled in, waiting to be sent, refused by the server, or sent. */
export interface Report {
  id: string;
  user_id: string;
  state: 'draft' | 'waiting' | 'rejected' | 'sent';
  vehicle: Vehicle;
  form: Form;
  answers: Record<string, Answer>;
  odometer: string;
  notes: string;
  place: { latitude: number; longitude: number } | null;
  signature: Signature | null;
  reviewed: Signature | null;
  review_skipped: boolean;
  changed_at: string;
  performed_at: string | null;
  attempts: number;
  next_at: number;
  trouble: string;
  problems: { key: string; message: string }[];
  outcome: Outcome | null;
}

export interface Outcome {
  id: string;
  inspection_status: string;
  defects: { number: string; item: string; is_unsafe: boolean; is_known: boolean; work_order_number: string | null }[];
  warnings: string[];
}

/** Lines of a form that a vehicle of this kind has. */
export function itemsFor(form: Form, vehicle: Vehicle): Item[] {
  const kind = vehicle.vehicle_type;
  return (form.items ?? []).filter((item) => !item.vehicle_types.length || kind === null || item.vehicle_types.includes(kind));
}

export function formsFor(kit: Kit, vehicle: Vehicle): Form[] {
  const kind = vehicle.vehicle_type;
  return kit.forms.filter((form) => (!form.vehicle_types.length || kind === null || form.vehicle_types.includes(kind)) && itemsFor(form, vehicle).length);
}
