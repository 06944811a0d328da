import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.js';
import { formatCents } from '../src/money.js';
import { receipt } from '../src/receipt.js';

test('amounts have two decimals and a thousands separator', () => {
  assert.equal(formatCents(5), '0.05');
  assert.equal(formatCents(123456), '1,234.56');
});

test('the receipt lists each line and the total', () => {
  const cart = new Cart();
  cart.add('lamp', 2);
  assert.deepEqual(receipt(cart).split('\n'), [
    '2 x Desk lamp                  80.00',
    '------------------------------------',
    'Total                          80.00',
  ]);
});

test('a line shows its price with the coupon taken off', () => {
  const cart = new Cart();
  cart.add('lamp', 2);
  cart.redeem({ code: 'SPRING10', percent: 10 });
  assert.equal(receipt(cart).split('\n')[0], '2 x Desk lamp                  72.00');
});
