// BooCode's settings, read and checked in one place. A value that makes no sense falls back to its default, unless
// that would allow more than was meant.
import * as vscode from 'vscode';
import * as z from 'zod';
import type { Budgets, BudgetScope } from '../../shared/budgets';
import type { AttendedMode } from '../../shared/messages/chat';
import type { FactKind } from '../agent/project-fact';
import { factKinds } from '../agent/project-facts';
import { defaultAutoFixSettings, type AutoFixSettings } from '../auto-fix/settings';
import { endpointIds, presets, reasoningLevels, type EndpointId } from '../providers/presets';
import type { StorageSettings } from '../session/retention';

const httpUrl = z.url({ protocol: /^https?$/ });
/** Null: none. What makes no sense was meant to be a limit, so nothing is used until it is one. */
const tokenLimit = z.nullable(z.int().positive()).catch(0);
const usdLimit = z.nullable(z.number().positive()).catch(0);

const schemas = {
  provider: z.enum(['demo', ...endpointIds, 'vscode']).catch('demo'),
  model: z.string().trim().catch(''),
  'openaiCompatible.baseUrl': httpUrl.catch(presets['openai-compatible'].baseUrl),
  endpoints: z.record(z.string(), z.unknown()).catch({}),
  reasoning: z.enum(reasoningLevels).catch('default'),
  // Checked entry by entry, so that what is wrong can be said.
  models: z.unknown(),
  'approvals.mode': z.enum(['ask', 'autoEdit', 'fullAuto']).catch('ask'),
  'limits.maxTurns': z.int().min(1).max(10_000).catch(100),
  'budget.turnTokens': tokenLimit,
  'budget.turnUsd': usdLimit,
  'budget.runTokens': tokenLimit,
  'budget.runUsd': usdLimit,
  'budget.chatTokens': tokenLimit,
  'budget.chatUsd': usdLimit,
  'budget.dayTokens': tokenLimit,
  'budget.dayUsd': usdLimit,
  // Where nobody can say what was meant nothing is sent.
  'context.include': z.array(z.string()).catch([]),
  'commands.passEnvironment': z.array(z.string()).catch([]),
  'commands.maxTimeoutSeconds': z.int().min(1).max(86_400).catch(600),
  'autoFix.mode': z.enum(['off', 'ask', 'on']).catch('ask'),
  'autoFix.command': z.union([z.string(), z.array(z.string())]).catch(''),
  'autoFix.tests': z.boolean().catch(false),
  'autoFix.maxRounds': z.int().min(1).max(10).catch(3),
  'autoFix.timeoutSeconds': z.int().min(1).max(3_600).catch(120),
  'storage.keepDays': z.nullable(z.int().positive()).catch(null),
  'storage.keepChats': z.nullable(z.int().positive()).catch(null),
  'storage.maxMegabytes': z.nullable(z.int().min(10)).catch(1024),
  // What is no address is said where it is used. Where nobody can say what was meant no texts are sent.
  'openTelemetry.endpoint': z.string().trim().catch(''),
  'openTelemetry.content': z.boolean().catch(false),
} as const;

type Schemas = typeof schemas;
export type SettingName = keyof Schemas;

export function setting<N extends SettingName>(name: N, all = vscode.workspace.getConfiguration('boocode')): z.infer<Schemas[N]> {
  const value: unknown = all.get(name);
  // Indexing the map with N gives the schema of N; TypeScript cannot follow that through infer.
  return schemas[name].parse(value) as z.infer<Schemas[N]>;
}

export async function saveSetting<N extends SettingName>(name: N, value: z.infer<Schemas[N]>): Promise<void> {
  await vscode.workspace.getConfiguration('boocode').update(name, value, vscode.ConfigurationTarget.Global);
}

/** Where a model server is; an address that is none gives way to the usual one. */
export function endpointUrl(id: EndpointId): string {
  if (id === 'openai-compatible') return setting('openaiCompatible.baseUrl');
  const url = httpUrl.safeParse(setting('endpoints')[id]);
  return url.success ? url.data : presets[id].baseUrl;
}

export async function saveEndpointUrl(id: EndpointId, url: string): Promise<void> {
  if (id === 'openai-compatible') return saveSetting('openaiCompatible.baseUrl', url);
  const { [id]: _, ...others } = setting('endpoints');
  await saveSetting('endpoints', url === presets[id].baseUrl ? others : { ...others, [id]: url });
}

export function isHttpUrl(text: string): boolean {
  return httpUrl.safeParse(text).success;
}

const modes: Record<z.infer<Schemas['approvals.mode']>, AttendedMode> = { ask: 'ask', autoEdit: 'auto_edit', fullAuto: 'full_auto' };

export function approvalMode(): AttendedMode {
  return modes[setting('approvals.mode')];
}

export function autoFixSettings(): AutoFixSettings {
  const command = setting('autoFix.command');
  return {
    ...defaultAutoFixSettings,
    mode: setting('autoFix.mode'),
    command: command.length === 0 ? null : command,
    tests: setting('autoFix.tests'),
    maxRounds: setting('autoFix.maxRounds'),
    timeoutMs: setting('autoFix.timeoutSeconds') * 1000,
  };
}

export function budgets(): Budgets {
  // Read before each request: VS Code puts all settings together anew for each time it is asked for them.
  const all = vscode.workspace.getConfiguration('boocode');
  const of = (scope: BudgetScope): Budgets[BudgetScope] => ({ tokens: setting(`budget.${scope}Tokens`, all), usd: setting(`budget.${scope}Usd`, all) });
  return { turn: of('turn'), run: of('run'), chat: of('chat'), day: of('day') };
}

const factNames: Readonly<Record<FactKind, string>> = {
  instructions: 'instructions',
  workspace: 'workspace',
  open_files: 'openFiles',
  selection: 'selection',
  problems: 'problems',
  git: 'git',
};

/** What the model is told beside a message. */
export function includedFacts(): FactKind[] {
  const names = setting('context.include');
  return factKinds.filter((kind) => names.includes(factNames[kind]));
}

export function storageSettings(): StorageSettings {
  return { keepDays: setting('storage.keepDays'), keepChats: setting('storage.keepChats'), maxMegabytes: setting('storage.maxMegabytes') };
}
