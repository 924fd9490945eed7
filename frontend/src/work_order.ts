// A work order's page: clocks that run, buttons that speak to the API, photos, the signature.
import { acts } from './work_order_act';
import { clocks } from './work_order_clock';
import { remarks } from './work_order_photo';
import { signatures } from './work_order_signature';

clocks();
acts('[data-order-problem]');
remarks();
signatures();
