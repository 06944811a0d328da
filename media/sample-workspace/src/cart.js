/** @import { Coupon, Line } from '../types.d.ts' */
import { findProduct } from './catalogue.js';
import { discountOn, lineCents } from './discounts.js';
import { shippingCents } from './shipping.js';

export class Cart {
  /** @type {Line[]} */
  #lines = [];
  /** @type {Coupon | null} */
  #coupon = null;

  /** @returns {readonly Line[]} */
  get lines() {
    return this.#lines;
  }

  get coupon() {
    return this.#coupon;
  }

  /**
   * @param {string} sku
   * @param {number} [quantity]
   */
  add(sku, quantity = 1) {
    if (!Number.isInteger(quantity) || quantity < 1) throw new Error('A quantity is a whole number from 1.');
    const line = this.#lines.find(({ product }) => product.sku === sku);
    if (line) line.quantity += quantity;
    else this.#lines.push({ product: findProduct(sku), quantity });
  }

  /** @param {string} sku */
  remove(sku) {
    this.#lines = this.#lines.filter(({ product }) => product.sku !== sku);
  }

  /** @param {Coupon} coupon */
  redeem(coupon) {
    this.#coupon = coupon;
  }

  /** The goods before any coupon, in cents. */
  subtotal() {
    return this.#lines.reduce((sum, line) => sum + lineCents(line, this.#coupon), 0);
  }

  /** What the customer pays, in cents. */
  total() {
    const subtotal = this.subtotal();
    return subtotal - discountOn(subtotal, this.#coupon) + shippingCents(subtotal);
  }
}
