// The paper of an estimate, in a tab of its own: as it stands, or as it was accepted by one of its decisions.

import { openFile } from './opening.js';
import { complain, whileBusy } from './ui.js';

export const paper = (path, pressed, decision = '') => whileBusy(pressed, () => openFile(`${path}/pdf${decision && `?decision=${decision}`}`)).catch(complain);
