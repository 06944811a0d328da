// Asks for another value of a limit that ended a run, and saves it.
import * as vscode from 'vscode';
import type { BudgetScope, BudgetUnit } from '../../shared/budgets';
import { saveSetting, setting, type SettingName } from './settings';

const scopeWords: Record<BudgetScope, string> = { turn: 'one turn', run: 'one run', chat: 'this chat and every other', day: 'all chats of a day' };
const unitWords: Record<BudgetUnit, string> = { tokens: 'tokens', usd: 'US dollars', turns: 'turns' };

/** False when the person gave up; nothing is saved then. */
export async function raiseLimit(scope: BudgetScope, unit: BudgetUnit): Promise<boolean> {
  const name = settingOf(scope, unit);
  const now = setting(name);
  const answer = await vscode.window.showInputBox({
    title: `BooCode: Limit for ${scopeWords[scope]}`,
    prompt: `In ${unitWords[unit]}.${unit === 'turns' ? '' : ' Leave it empty for no limit.'}`,
    value: typeof now === 'number' ? String(now * 2) : '',
    ignoreFocusOut: true,
    validateInput: (value) => (readLimit(value, unit) === undefined ? `A number greater than 0${unit === 'usd' ? '' : ', without decimals'}.` : undefined),
  });
  const limit = answer === undefined ? undefined : readLimit(answer, unit);
  if (limit === undefined) return false;
  await saveSetting(name, limit);
  return true;
}

type LimitSetting = Extract<SettingName, `budget.${string}` | 'limits.maxTurns'>;

function settingOf(scope: BudgetScope, unit: BudgetUnit): LimitSetting {
  if (unit === 'turns') return 'limits.maxTurns';
  return unit === 'tokens' ? `budget.${scope}Tokens` : `budget.${scope}Usd`;
}

/** Null: no limit; undefined: not one. */
function readLimit(text: string, unit: BudgetUnit): number | null | undefined {
  if (text.trim() === '') return unit === 'turns' ? undefined : null;
  const value = Number(text.trim());
  const isLimit = Number.isFinite(value) && value > 0 && (unit === 'usd' || Number.isSafeInteger(value)) && (unit !== 'turns' || value <= 10_000);
  return isLimit ? value : undefined;
}
