// The tools there are, one line each, and how they are described to a model: the same bytes every time, because the
// description of the tools is part of what a provider caches.
import * as z from 'zod';
import type { ToolSchema } from '../providers/model';
import { askUserTool } from './ask-user';
import { commandOutputTool } from './command-output';
import { deleteFileTool } from './delete-file';
import { diagnosticsTool } from './diagnostics';
import { editFileTool } from './edit-file';
import { listFilesTool } from './list-files';
import { moveFileTool } from './move-file';
import { readFileTool } from './read-file';
import { runCommandTool } from './run-command';
import { runShellTool } from './run-shell';
import { searchFilesTool } from './search-files';
import { stopCommandTool } from './stop-command';
import type { Tool } from './tool';
import { writeFileTool } from './write-file';

export const builtInTools: readonly Tool[] = [
  askUserTool,
  commandOutputTool,
  deleteFileTool,
  diagnosticsTool,
  editFileTool,
  listFilesTool,
  moveFileTool,
  readFileTool,
  runCommandTool,
  runShellTool,
  searchFilesTool,
  stopCommandTool,
  writeFileTool,
];

/** By name; keys in every schema sorted, nothing a model has no use for. */
export function toolSchemas(tools: readonly Tool[]): ToolSchema[] {
  return tools
    .map((tool) => ({ name: tool.name, description: tool.description, parameters: parametersOf(tool) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function parametersOf(tool: Tool): Record<string, unknown> {
  const schema = z.toJSONSchema(tool.input, {
    io: 'input',
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema: _, ...parameters } = schema;
  return sorted(parameters) as Record<string, unknown>; // an object stays one
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
