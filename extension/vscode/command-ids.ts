// The commands of the manifest, so that both the light entry and the host know the same list.

export const commandIds = [
  'boocode.newChat',
  'boocode.showChats',
  'boocode.focusChat',
  'boocode.stop',
  'boocode.chooseModel',
  'boocode.setApiKey',
  'boocode.chooseApprovalMode',
  'boocode.manageApprovals',
  'boocode.openTraces',
  'boocode.showFileTraces',
  'boocode.showInTraces',
  'boocode.exportTraces',
  'boocode.setOpenTelemetryHeaders',
  'boocode.runDemo',
  'boocode.showLog',
  'boocode.openSettings',
  'boocode.checkStorage',
  'boocode.storedData',
] as const;

export type CommandId = (typeof commandIds)[number];
