// What an invoice or an estimate comes to. Integers in minor units and nothing else: the API multiplies in the same way, and
// what the page shows is what is sent.

// A quantity as the API takes it ('1.5'), from how it is typed here ('1,5'); null if it is none.
export function readQuantity(typed, point) {
  if (point !== '.' && typed.includes('.')) return null;
  const text = typed.trim().replace(/\u2212/g, '-').replace(point, '.');
  const found = /^(-?)0*(\d{1,9})?(?:\.(\d{0,4}))?$/.exec(text);
  if (!found || !/\d/.test(text)) return null;
  const part = (found[3] || '').replace(/0+$/, '');
  const number = (found[2] || '0') + (part && `.${part}`);
  return number === '0' ? '0' : found[1] + number;
}

// Quantity times unit price, rounded to whole minor units, half away from zero. The quantity is scaled by 10,000.
export function amountOf(quantity, unitPrice) {
  const [whole, part = ''] = quantity.replace('-', '').split('.');
  const scaled = BigInt(whole + part.padEnd(4, '0')) * BigInt(Math.abs(unitPrice));
  const rounded = Number((scaled + 5000n) / 10000n);
  return rounded && quantity.startsWith('-') !== unitPrice < 0 ? -rounded : rounded;
}

export const sum = (amounts) => amounts.reduce((all, one) => all + one, 0);

// '2026-11-23' so many days later.
export const daysAfter = (day, count) => new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);

// Whole days from one day to another; negative when that lies before.
export const daysBetween = (from, to) => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
