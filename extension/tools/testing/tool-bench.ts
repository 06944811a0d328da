// For tests: tools over a real workspace, called as the loop calls them.
import assert from 'node:assert/strict';
import { TemporaryWorkspace } from '../../platform/testing/temporary-workspace';
import type { WorkspaceFilesOptions } from '../../platform/workspace-files';
import { builtInTools } from '../registry';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tool';

export function toolNamed(name: string): Tool {
  const tool = builtInTools.find((one) => one.name === name);
  assert.ok(tool, name);
  return tool;
}

export class ToolBench {
  context: ToolContext;

  private constructor(readonly workspace: TemporaryWorkspace) {
    this.context = { files: workspace.files(), commands: workspace.commands(), signal: new AbortController().signal, progress: () => undefined };
  }

  static async create(files: Readonly<Record<string, string | Buffer>> = {}): Promise<ToolBench> {
    return new ToolBench(await TemporaryWorkspace.create(files));
  }

  /** The same workspace behind other options. */
  useFiles(options: Partial<WorkspaceFilesOptions>): void {
    const files = this.workspace.files(options);
    this.context = { ...this.context, files, commands: this.workspace.commands({ files }) };
  }

  plan(name: string, input: unknown): Promise<ToolPlan<unknown>> {
    return toolNamed(name).plan(toolNamed(name).input.parse(input), this.context);
  }

  /** A plan that must be asked about. */
  async asked(name: string, input: unknown): Promise<Extract<ToolPlan<unknown>, { kind: 'needs_approval' }>> {
    const planned = await this.plan(name, input);
    assert.ok(planned.kind === 'needs_approval', JSON.stringify(planned));
    return planned;
  }

  run(name: string, prepared: unknown): Promise<ToolResult> {
    return toolNamed(name).run(prepared, this.context);
  }

  /** Plans and, approved or not needing it, runs. */
  async call(name: string, input: unknown): Promise<ToolResult> {
    const planned = await this.plan(name, input);
    return planned.kind === 'refused' ? planned.result : this.run(name, planned.prepared);
  }

  /** What a call that is refused, or fails, says. */
  async refusal(name: string, input: unknown): Promise<{ code: unknown; text: string }> {
    const result = await this.call(name, input);
    assert.equal(result.is_error, true, result.text);
    return { code: codeOf(result), text: result.text };
  }

  remove(): Promise<void> {
    return this.workspace.remove();
  }
}

export function codeOf(result: ToolResult): unknown {
  return typeof result.details === 'object' && result.details !== null && 'code' in result.details ? result.details['code'] : null;
}
