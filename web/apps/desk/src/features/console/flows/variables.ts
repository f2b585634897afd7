/** The parameters that a flow's texts may hold (FLOW-03), each with a value for the preview. */
const SAMPLES = {
  WaitNo: "3",
  StaffNo: "1001",
  StaffNickName: "Ann",
  ClientAppID: "chn_1",
  ClientAppName: "Web",
  SystemClientUserID: "vis_1",
  SystemSessionId: "ses_1",
} as const;

export type Variable = keyof typeof SAMPLES;

/** A name in braces; the same reading as the server's, which leaves everything else as it stands. */
const PARAMETER = /\$\{([^{}$\n]*)\}/g;

function isVariable(name: string): name is Variable {
  return Object.hasOwn(SAMPLES, name);
}

/** Names of the parameters in `text` that nobody knows. */
export function unknownVariables(text: string): string[] {
  return [...text.matchAll(PARAMETER)].map(([, name = ""]) => name).filter((name) => !isVariable(name));
}

/** The text as a visitor might read it. */
export function previewText(text: string): string {
  return text.replace(PARAMETER, (written, name: string) => (isVariable(name) ? SAMPLES[name] : written));
}
