import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cart } from '../src/cart.js';

test('a line adds up its quantity', () => {
  const cart = new Cart();
  cart.add('mug');
  cart.add('mug', 2);
  assert.equal(cart.lines.length, 1);
  assert.equal(cart.subtotal(), 3750);
});

test('a removed product is no longer charged', () => {
  const cart = new Cart();
  cart.add('mug');
  cart.add('notebook');
  cart.remove('mug');
  assert.equal(cart.subtotal(), 900);
});

test('small orders pay shipping', () => {
  const cart = new Cart();
  cart.add('notebook');
  assert.equal(cart.total(), 900 + 490);
});

test('large orders ship free', () => {
  const cart = new Cart();
  cart.add('lamp', 2);
  assert.equal(cart.total(), 8000);
});

test('a coupon takes its share off the goods once', () => {
  const cart = new Cart();
  cart.add('lamp', 2);
  cart.redeem({ code: 'SPRING10', percent: 10 });
  assert.equal(cart.total(), 7200);
});

test('an unknown product is refused', () => {
  assert.throws(() => new Cart().add('sofa'), /no product "sofa"/);
});
