// What a call of a run costs at a moment.
import { pricesAt, type TokenPrices } from '../providers/models';
import type { RunPorts } from './ports';

const nothing: TokenPrices = { input: 0, cacheRead: 0, output: 0 };

/** Null: unknown. A scripted model costs nothing. */
export function callPrices({ provider, known }: Pick<RunPorts, 'provider' | 'known'>, atMicros: number): TokenPrices | null {
  return provider.scripted ? nothing : pricesAt(known.prices, atMicros);
}
