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

/** A subject that is asked about, with what an approval of it would be bound to. */
type Asked = { subject: ApprovalSubject; protected_reason: string | null; binding: string | null };

/**
 * What "allow for this session" covers: of a command or a tool with a binding exactly what it is bound to, of an edit
 * every unprotected edit. Null for what can only ever be allowed once: what is protected, a deletion, a move, and a
 * command that nothing reliable can be said about.
 */
export function sessionGrantKey({ subject, protected_reason, binding }: Asked): string | null {
  if (protected_reason !== null) return null;
  switch (subject.kind) {
    case 'command':
      return binding === null ? null : `command ${binding}`;
    case 'edit':
      return 'edit';
    case 'delete':
    case 'move':
      return null;
  }
}

/** What "always allow" covers: exactly this, as long as what it is bound to stays what it is. */
export function lastingGrantKey({ subject, protected_reason, binding }: Asked): string | null {
  return protected_reason === null && subject.kind === 'command' ? binding : null;
}
