/** @import { Cart } from './cart.js' */
import { lineCents } from './discounts.js';
import { formatCents } from './money.js';

const width = 36;

/** @param {Cart} cart */
export function receipt(cart) {
  const rows = cart.lines.map((line) => row(`${line.quantity} x ${line.product.name}`, lineCents(line, cart.coupon)));
  return [...rows, '-'.repeat(width), row('Total', cart.total())].join('\n');
}

/**
 * @param {string} label
 * @param {number} cents
 */
function row(label, cents) {
  const amount = formatCents(cents);
  return label.padEnd(width - amount.length) + amount;
}
