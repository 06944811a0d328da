/** @import { Product } from '../types.d.ts' */

/** @type {readonly Product[]} */
const products = [
  { sku: 'mug', name: 'Coffee mug', cents: 1250 },
  { sku: 'notebook', name: 'Notebook', cents: 900 },
  { sku: 'lamp', name: 'Desk lamp', cents: 4000 },
];

/**
 * @param {string} sku
 * @returns {Product}
 */
export function findProduct(sku) {
  const product = products.find((candidate) => candidate.sku === sku);
  if (!product) throw new Error(`There is no product "${sku}".`);
  return product;
}
