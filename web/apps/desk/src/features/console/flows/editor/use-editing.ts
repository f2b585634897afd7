import { useCallback, useState } from "react";

import type { FlowDocument } from "../../shared/wire";
import { changed, historyOf, redone, undone } from "./document/history";

/** A change: from the document as it is to the one it becomes. Changes with the same `tag` in a row are one step. */
export type Edit = (change: (document: FlowDocument) => FlowDocument, tag?: string) => void;

export interface Editing {
  readonly document: FlowDocument;
  readonly edit: Edit;
  readonly undo: (() => void) | undefined;
  readonly redo: (() => void) | undefined;
  /** Begins anew with another document. */
  readonly restart: (document: FlowDocument) => void;
}

/** A document that is being edited, with what can be undone (FLOW-02). */
export function useEditing(initial: FlowDocument): Editing {
  const [history, setHistory] = useState(() => historyOf(initial));
  const edit = useCallback<Edit>(
    (change, tag) => setHistory((before) => changed(before, change(before.present), tag)),
    [],
  );
  const undo = useCallback(() => setHistory(undone), []);
  const redo = useCallback(() => setHistory(redone), []);
  const restart = useCallback((document: FlowDocument) => setHistory(historyOf(document)), []);
  return {
    document: history.present,
    edit,
    undo: history.past.length > 0 ? undo : undefined,
    redo: history.future.length > 0 ? redo : undefined,
    restart,
  };
}
