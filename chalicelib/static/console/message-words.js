// Messages in a few words: to whom a template goes, in which languages, and what became of a message that was sent.

import { pill } from './ui.js';

export const LANGUAGES = [['en', 'English'], ['es', 'Spanish']];
const CHANNELS = [['email', 'E-mail'], ['sms', 'SMS']];
// The channels that a template goes by: whoever signs in to this console has no number here.
export const channelsOf = ({ audience }) => CHANNELS.filter(([one]) => one === 'email' || audience !== 'team');
// In the languages' own words, as a tab says it.
export const OWN_NAMES = { en: 'English', es: 'Español' };

const STANDINGS = {
  queued: ['Queued', 'processing'],
  sent: ['Sent', ''],
  delivered: ['Delivered', 'paid'],
  bounced: ['Bounced', 'overdue'],
  complained: ['Marked as spam', 'overdue'],
  skipped: ['Not sent', 'void'],
  failed: ['Failed', 'overdue'],
};
const CAUSES = { bounced: ['Bounced', 'overdue'], complained: ['Marked as spam', 'overdue'] };

// One that this console doesn't know yet is told as it is spelled.
const shaped = (known, name) => pill(...(known[name] || [name]));
export const standingPill = (standing) => shaped(STANDINGS, standing);
export const causePill = (cause) => shaped(CAUSES, cause);

export const languageWord = (code) => LANGUAGES.find(([one]) => one === code)?.[1] || code;
export const channelWord = (code) => CHANNELS.find(([one]) => one === code)?.[1] || code;
