// Turns what a model of another extension failed with into a ModelError a person can act on, and says whether trying
// again makes sense. VS Code has words for three kinds; the rest is the extension's own text.
import * as vscode from 'vscode';
import type { ModelError, ModelErrorCode } from '../../providers/model';

export type VsCodeFailure = {
  error: ModelError;
  isRetryable: boolean;
  /** A few words for "retrying: …". */
  reason: string;
};

/** It accepted the request and then said nothing for too long. */
export class SilentModel extends Error {
  override readonly name = 'SilentModel';
}

/** Nothing was sent: no extension offers the model. */
export class MissingModel extends Error {
  override readonly name = 'MissingModel';
}

/** `model` is the name people chose it by. */
export function describeVsCodeFailure(thrown: unknown, model: string): VsCodeFailure {
  if (thrown instanceof MissingModel) return missing(model);
  if (thrown instanceof SilentModel) {
    return passing('timeout', `${model} fell silent.`, 'Send the message again, or choose another model.', 'silence');
  }
  const said = wordsOf(thrown);
  const quote = said === '' ? '' : ` The extension that offers it says: ${said}`;
  if (thrown instanceof vscode.LanguageModelError) {
    switch (thrown.code) {
      case vscode.LanguageModelError.NoPermissions.name:
        return final('no_permission', `BooCode may not use ${model}: VS Code asks once whether it may, and that was not allowed.`, 'Send the message again and allow it when VS Code asks, or under "Manage Language Model Access" in the Accounts menu. Or choose another model.');
      case vscode.LanguageModelError.Blocked.name:
        return final('rate_limited', `${model} refuses requests for now; a quota may be used up.${quote}`, 'Wait until it is there again, or choose another model.');
      case vscode.LanguageModelError.NotFound.name:
        return missing(model);
    }
  }
  if (goneWords.test(said)) return missing(model);
  if (contextWords.test(said)) return final('context_exceeded', `The conversation no longer fits into the context of ${model}.${quote}`, 'Start a new chat, or choose a model with a longer context.');
  if (balanceWords.test(said)) return final('no_balance', `The account behind ${model} has nothing left.${quote}`, 'Look after it in that extension, or choose another model.');
  if (permissionWords.test(said)) return final('no_permission', `${model} refused the request.${quote}`, 'Sign in, or set the key, in the extension that offers the model. Or choose another model.');
  if (limitWords.test(said)) return passing('rate_limited', `${model} is limiting requests.${quote}`, 'Wait a little and send the message again.', 'rate limited');
  if (networkWords.test(said)) return passing('unreachable', `${model} cannot be reached.${quote}`, 'Check the network, and send the message again.', 'no connection');
  if (timeoutWords.test(said)) return passing('timeout', `${model} took too long.${quote}`, 'Send the message again.', 'it took too long');
  if (serverWords.test(said)) return passing('server', `${model} has a problem.${quote}`, 'Try again in a while, or choose another model.', 'server error');
  return final('server', `${model} failed.${quote}`, 'Send the message again, or choose another model. Its extension may have a log of its own.');
}

function missing(model: string): VsCodeFailure {
  return final('unknown_model', `No extension offers the model "${model}" now.`, `Is the extension that offers it installed, enabled and signed in? Choose another with "BooCode: Choose Model".`);
}

const goneWords = /^model not found\b|chat provider for model .* is not registered|language model provider for .* not found/i;
const contextWords = /context.{0,20}(length|window|size|limit)|maximum context|too many tokens|prompt is too long|token limit|reduce the length/i;
const balanceWords = /\b402\b|insufficient.{0,10}(quota|balance|credit|funds)|out of credits|billing/i;
const permissionWords = /\b40[13]\b|unauthori[sz]ed|forbidden|api key|not (signed|logged) in|sign in|log in|authenticat/i;
const limitWords = /\b(429|529)\b|rate.?limit|too many requests|overloaded/i;
const networkWords = /ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ERR_NETWORK|socket hang up|fetch failed|network|disconnected/i;
const timeoutWords = /ETIMEDOUT|timed? ?out/i;
const serverWords = /\b50[0-4]\b|internal server error|bad gateway|unavailable/i;

/** One line of what was thrown, and of what that came from. */
function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return typeof thrown === 'string' ? shortened(thrown) : '';
  const { message, cause } = thrown;
  const deeper = cause instanceof Error && !message.includes(cause.message) ? ` (${cause.message})` : '';
  return shortened(`${message}${deeper}`);
}

function shortened(text: string): string {
  const oneLine = text.replace(/\s+/g, ' ').trim();
  return oneLine.length > 300 ? `${oneLine.slice(0, 299)}…` : oneLine;
}

function passing(code: ModelErrorCode, message: string, next_step: string, reason: string): VsCodeFailure {
  return { error: { code, message, next_step }, isRetryable: true, reason };
}

function final(code: ModelErrorCode, message: string, next_step: string): VsCodeFailure {
  return { error: { code, message, next_step }, isRetryable: false, reason: '' };
}
