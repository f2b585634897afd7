import { App } from "antd";
import { useCallback, useEffect, useRef } from "react";
import { useBlocker } from "react-router";

import { formMessages } from "./form-messages";
import { useText } from "./language";

/**
 * Asks before unsaved changes are lost: on closing the tab (the browser's own question), on going to another
 * page, and whenever `ask` is called.
 *
 * @returns `ask`, which calls its argument at once when nothing is unsaved, else after a "Discard".
 */
export function useUnsavedGuard(isDirty: boolean): (onDiscard: () => void) => void {
  const t = useText(formMessages);
  const { modal } = App.useApp();
  const blocker = useBlocker(isDirty);
  const isAsking = useRef(false);

  const question = useCallback(
    (onDiscard: () => void, onKeep: () => void) => {
      if (isAsking.current) return;
      isAsking.current = true;
      modal.confirm({
        title: t("unsavedTitle"),
        content: t("unsavedText"),
        okText: t("discard"),
        okButtonProps: { danger: true },
        cancelText: t("keepEditing"),
        onOk: onDiscard,
        onCancel: onKeep,
        afterClose: () => {
          isAsking.current = false;
        },
      });
    },
    [modal, t],
  );

  useEffect(() => {
    if (blocker.state === "blocked") question(blocker.proceed, blocker.reset);
  }, [blocker, question]);

  useEffect(() => {
    if (!isDirty) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [isDirty]);

  return useCallback(
    (onDiscard: () => void) => {
      if (isDirty) question(onDiscard, () => undefined);
      else onDiscard();
    },
    [isDirty, question],
  );
}
