// On every page: the kit's moving parts, htmx, and our small manners.
import './kit.js';
import { bell } from './page/bell';
import { csrf } from './page/csrf';
import { forms } from './page/forms';
import { lookups } from './page/lookup';
import { moments } from './page/moments';
import { rows } from './page/rows';
import { themeToggle } from './page/theme_toggle';
import { timeZones } from './page/time_zones';

csrf();
bell();
themeToggle();
forms();
rows();
lookups();
moments();
timeZones();
