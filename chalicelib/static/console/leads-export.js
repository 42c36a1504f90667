// The leads that the filters show, as one CSV file.

import { today } from './company.js';
import { exporting } from './csv.js';

// The button, and the place where it says how far it is. `chosen()` answers the filters.
export const exportingLeads = (chosen, signal) => exporting({
  path: '/leads/export', chosen, one: 'message', many: 'messages',
  name: ({ spam, status }) => `leads${spam ? '-suspected' : status && `-${status}`}-${today()}.csv`,
}, signal);
