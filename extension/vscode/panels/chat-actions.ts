// The commands that the chat's page may run, under the short names by which it knows them.
import type { ChatCommand } from '../../../shared/messages/chat';

export const chatActions: Record<Extract<ChatCommand, { type: 'run' }>['action'], string> = {
  choose_model: 'boocode.chooseModel',
  set_api_key: 'boocode.setApiKey',
  choose_approval_mode: 'boocode.chooseApprovalMode',
  run_demo: 'boocode.runDemo',
  open_folder: 'workbench.action.files.openFolder',
  open_traces: 'boocode.openTraces',
  show_log: 'boocode.showLog',
  manage_trust: 'workbench.trust.manage',
  open_settings: 'boocode.openSettings',
  check_storage: 'boocode.checkStorage',
};
