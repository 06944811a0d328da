// What an export would write and what was taken out of it, as a page for people to read before anything is written.
import { formatBytes, formatCount } from '../../../shared/format';
import type { TraceExported, TracePreview } from './export-trace';

/** One line: what is in it. */
export function contentWords({ spans, tool_calls, model_calls, agents, bytes }: TraceExported): string {
  const below = agents === 0 ? '' : `, ${formatCount(agents, 'agent')}`;
  return `${formatCount(spans, 'span')}: ${formatCount(tool_calls, 'tool call')}, ${formatCount(model_calls, 'model call')}${below}; ${formatBytes(bytes)}`;
}

/** One line: which secrets are not in it. */
export function redactionWords({ redacted_before, redacted_now, kinds }: TraceExported): string {
  if (redacted_before + redacted_now === 0) return 'No secret was found in it.';
  const before = redacted_before === 0 ? '' : `${formatCount(redacted_before, 'secret')} taken out when recorded`;
  const now = redacted_now === 0 ? '' : `${formatCount(redacted_now, 'secret')} taken out now (${kinds.join(', ')})`;
  return `${[before, now].filter((part) => part !== '').join(', ')}.`;
}

/** As Markdown. */
export function previewReport(preview: TracePreview, title: string): string {
  const { sample, bytes } = preview;
  // Longer than any in the sample.
  const fence = '`'.repeat(Math.max(3, ...[...sample.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const isWhole = Buffer.byteLength(sample) === bytes;
  return [
    `# ${title}`,
    '',
    `- ${contentWords(preview)}`,
    `- ${redactionWords(preview)}`,
    '- Known keys, and texts that have the form of one, are taken out. Other texts that you would not give away may be in it: look before you pass it on.',
    '',
    isWhole ? 'All of it:' : 'How it begins:',
    '',
    `${fence}json`,
    sample,
    fence,
    '',
  ].join('\n');
}
