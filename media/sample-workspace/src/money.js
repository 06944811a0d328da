/**
 * 123456 becomes "1,234.56".
 *
 * @param {number} cents
 */
export function formatCents(cents) {
  return (cents / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
