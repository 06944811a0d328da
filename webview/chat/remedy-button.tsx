// The one button that helps with an error of a given code; nothing when there is none.
import { Button } from '../kit/components';
import { remedyFor } from './remedies';
import { useSession } from './session-context';

export function RemedyButton({ code }: { code: string }) {
  const session = useSession();
  const remedy = remedyFor(code);
  if (remedy === null) return null;
  const act = remedy.do;
  return (
    <Button kind="primary" onClick={() => ('run' in act ? session.run(act.run) : session.startOver())}>
      {remedy.label}
    </Button>
  );
}
