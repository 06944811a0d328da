// What each finding of a storage check means for a person, and what to do about it. The findings are sentences of the
// store; what is not recognised gets the general advice.

export type ProblemAdvice = { meaning: string; action: string };

const advice: [finding: RegExp, advice: ProblemAdvice][] = [
  [
    /newer version of BooCode|update BooCode/i,
    {
      meaning: 'A later BooCode has written here. What this version understands can be read; nothing is added or changed.',
      action: 'Update BooCode in this window. If it was just updated, reload the window.',
    },
  ],
  [
    /in memory only/i,
    {
      meaning: 'The disk takes nothing right now, so the newest steps exist in this window only.',
      action: 'Free some space on the disk, or give back the right to write to the folder. BooCode writes them by itself then. Keep the window open.',
    },
  ],
  [
    /^Copies of damaged files/i,
    {
      meaning: 'Files that were found damaged, now or earlier, were copied before anything else happened to them.',
      action: 'Keep the copies if something is missing and send them with a report. Otherwise they may be deleted.',
    },
  ],
  [
    /^No copy of the damaged file/i,
    { meaning: 'The damaged file is left where it is, but there is no second copy of it.', action: 'Free some space on the disk, then check again.' },
  ],
  [
    /^Snapshot \d+ (?:is damaged|was damaged|cannot be read)/i,
    {
      meaning: 'A snapshot only makes opening quicker. The same data is in the one before it and in the journals, and was read from there.',
      action: 'Nothing. BooCode writes a new snapshot by itself. If it happens again, look after the disk.',
    },
  ],
  [
    /^No snapshot could be read/i,
    {
      meaning: 'Older steps are in the snapshots, which are left as they are. Shown is what came after them.',
      action: 'Free some space on the disk, or give back the right to read the folder, then reload the window.',
    },
  ],
  [
    /^A snapshot could not be written|^A journal could not be ended|^Journal .* could not be removed/i,
    { meaning: 'Nothing is lost by that. It only takes more room, and opening takes longer.', action: 'Free some space on the disk. BooCode tries it again by itself.' },
  ],
  [
    /journal/i,
    {
      meaning: 'A journal holds the newest steps of one process. Everything before and after the damaged place was read; the step at that place may be missing.',
      action: 'Look whether the end of your last chats is as you know it. If it happens again, look after the disk.',
    },
  ],
  [
    /long texts|the text it held/i,
    {
      meaning: 'Long inputs and outputs of tools are kept in files of their own. The chats are there; those texts are not.',
      action: 'Nothing brings them back, unless there is a backup of the folder.',
    },
  ],
  [
    /events? (?:is|are) missing/i,
    {
      meaning: 'Some steps of this chat were in a damaged place. All the others are there and shown.',
      action: 'Nothing brings them back, unless there is a backup of the folder. The chat can be gone on with.',
    },
  ],
  [
    /two windows|same place/i,
    {
      meaning: 'Two windows worked in one chat at the same moment. Nothing was thrown away, but the steps of one of them are not shown in the chat.',
      action: 'Nothing. Work in one chat from one window at a time.',
    },
  ],
  [
    /indexes do not agree|inconsistent/i,
    {
      meaning: 'The database in memory contradicts itself. The journals it is made from are not changed by that.',
      action: 'Reload the window and check again. If it stays, export your chats and report it.',
    },
  ],
];

const general: ProblemAdvice = {
  meaning: 'Everything that could be read was read.',
  action: 'Look whether your chats are as you know them. If something is missing, report it with this page and the log (BooCode: Show Log).',
};

export function adviceFor(problem: string): ProblemAdvice {
  return advice.find(([finding]) => finding.test(problem))?.[1] ?? general;
}
