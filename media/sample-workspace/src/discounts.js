/** @import { Coupon, Line } from '../types.d.ts' */

/**
 * What a coupon takes off an amount, in cents.
 *
 * @param {number} cents
 * @param {Coupon | null} coupon
 */
export function discountOn(cents, coupon) {
  return coupon ? Math.round((cents * coupon.percent) / 100) : 0;
}

/**
 * What a line costs with the coupon taken off; without a coupon, its plain price.
 *
 * @param {Line} line
 * @param {Coupon | null} coupon
 */
export function lineCents(line, coupon) {
  const plain = line.product.cents * line.quantity;
  return plain - discountOn(plain, coupon);
}
