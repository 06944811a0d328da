// The codicon that stands for a tool. Unknown tools get a general one.

const icons: Readonly<Record<string, string>> = {
  read_file: 'file',
  list_files: 'list-tree',
  search_files: 'search',
  edit_file: 'edit',
  write_file: 'new-file',
  delete_file: 'trash',
  move_file: 'arrow-swap',
  run_command: 'terminal',
  run_shell: 'terminal',
  command_output: 'output',
  stop_command: 'debug-stop',
  auto_fix: 'checklist',
  diagnostics: 'pulse',
  spawn_subagent: 'run-all',
  subagent_status: 'clock',
  subagent_result: 'output',
  run_workflow: 'play-circle',
  ask_user: 'comment-discussion',
};

export function toolIcon(toolName: string): string {
  return icons[toolName] ?? 'tools';
}
