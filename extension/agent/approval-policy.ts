// Decides whether a call runs, is asked about, or is refused, before any person is bothered. Fails towards asking.
import type { ApprovalSubject } from '../../shared/events';
import type { Tool } from '../tools/tool';

/**
 * `ask`: writes and commands ask. `auto_edit`: edits run, commands ask. `full_auto`: both run.
 * `reads_only`, `edits_only`, `all`: the same three where nobody is there to be asked, so asking means refusing.
 * Protected paths ask in every mode.
 */
export type ApprovalMode = 'ask' | 'auto_edit' | 'full_auto' | 'reads_only' | 'edits_only' | 'all';

export type PolicyDecision = 'allow' | 'ask' | 'deny';

export function decideByPolicy(mode: ApprovalMode, access: Tool['access'], isProtected: boolean): PolicyDecision {
  const attended = mode === 'ask' || mode === 'auto_edit' || mode === 'full_auto';
  const otherwise = attended ? 'ask' : 'deny';
  if (isProtected) return otherwise;
  switch (access) {
    case 'read':
      return 'allow';
    case 'write':
      return mode === 'ask' || mode === 'reads_only' ? otherwise : 'allow';
    case 'command':
      return mode === 'full_auto' || mode === 'all' ? 'allow' : otherwise;
  }
}

/**
 * What "allow for this session" covers: for a command exactly these arguments in this folder, for an edit every
 * unprotected edit. Returns null for what can only ever be allowed once, as a deletion or a move.
 */
export function sessionGrantKey(subject: ApprovalSubject, isProtected: boolean): string | null {
  if (isProtected) return null;
  switch (subject.kind) {
    case 'command':
      return `command ${JSON.stringify([subject.cwd, ...subject.argv])}`;
    case 'edit':
      return 'edit';
    case 'delete':
    case 'move':
      return null;
  }
}
