const flatRateCents = 490;
const freeFromCents = 5000;

/**
 * Shipping is free from 50.00 of goods, counted before any coupon.
 *
 * @param {number} subtotalCents
 */
export function shippingCents(subtotalCents) {
  return subtotalCents === 0 || subtotalCents >= freeFromCents ? 0 : flatRateCents;
}
