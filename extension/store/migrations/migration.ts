// One step of the schema. Once released it is never edited: a change is the next step.
export type Migration = { version: number; statements: readonly string[] };
