/** All amounts are whole cents. */
export interface Product {
  sku: string;
  name: string;
  cents: number;
}

export interface Line {
  product: Product;
  quantity: number;
}

export interface Coupon {
  code: string;
  /** 10 takes ten per cent off the goods; shipping is never reduced. */
  percent: number;
}
