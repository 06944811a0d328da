// What is known of a model in a line. What is unknown is said to be.
import { formatTokens, formatUsd } from '../../shared/format';
import type { KnownModel } from './models';
import { pricesAt } from './models';

/** `1M tokens of context · tools · images · reasoning · $0.15 in, $0.0030 cached, $0.60 out`; prices are those of the moment (microseconds since the epoch). */
export function modelWords(known: KnownModel, atMicros: number): string {
  const { context_tokens, calls_tools, takes_images, reasons } = known;
  return [
    context_tokens === null ? 'context unknown' : `${formatTokens(context_tokens)} tokens of context`,
    calls_tools === null ? 'tools unknown' : calls_tools ? 'tools' : 'no tools',
    ...(takes_images === true ? ['images'] : []),
    ...(reasons === true ? ['reasoning'] : []),
    priceWords(known, atMicros),
  ].join(' · ');
}

function priceWords({ prices }: KnownModel, atMicros: number): string {
  const now = pricesAt(prices, atMicros);
  if (now === null) return 'price unknown';
  const { input, cacheRead, output } = now;
  if (input === 0 && cacheRead === 0 && output === 0) return 'free';
  return `${formatUsd(input)} in, ${formatUsd(cacheRead)} cached, ${formatUsd(output)} out a million`;
}
