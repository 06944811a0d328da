// What a call of a run costs at a moment.
import type { TokenPrices as RecordedPrices } from '../../shared/model-request';
import { pricesAt, type TokenPrices } from '../providers/models';
import type { RunPorts } from './ports';

const nothing: TokenPrices = { input: 0, cacheRead: 0, output: 0 };

/** Null: unknown. A scripted model costs nothing. */
export function callPrices({ provider, known }: Pick<RunPorts, 'provider' | 'known'>, atMicros: number): TokenPrices | null {
  return provider.scripted ? nothing : pricesAt(known.prices, atMicros);
}

/** As the events have them. */
export function recordedPrices(prices: TokenPrices | null): RecordedPrices | null {
  return prices && { input: prices.input, cache_read: prices.cacheRead, output: prices.output };
}
