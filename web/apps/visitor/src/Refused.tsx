import type { Trouble } from "@frontdesk/visitor-sdk";

import { CloseButton } from "./Header";
import { AlertIcon } from "./Icons";
import { useTexts } from "./texts";
import { troubleSentence } from "./trouble";

/** The whole page, when the desk does not take this visitor. */
export function Refused({ trouble, close }: { trouble: Trouble; close?: (() => void) | undefined }) {
  const { t } = useTexts();
  const isUnknown = trouble.code === "not_found";
  const needsIdentity = trouble.code === "identity_required" || trouble.code === "identity_invalid";
  const [title, text] = isUnknown
    ? [t("not_found_title"), t("not_found")]
    : needsIdentity
      ? [t("identity_title"), t("identity")]
      : [t("refused_title"), troubleSentence(trouble, t)];
  return (
    <main class="refused">
      <div class="refused-bar">
        <CloseButton close={close} />
      </div>
      <AlertIcon />
      <h1 class="title">{title}</h1>
      <p>{text}</p>
    </main>
  );
}
