import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { ADDABLE, type AddableKind } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { kindMessages } from "../words";
import { KIND_ICONS } from "./kind-icons";

/** The type under which a dragged kind travels. */
export const DRAGGED_KIND = "application/x-frontdesk-node-kind";

/** What can be added: dragged to its place, or pressed and put beside what is chosen. */
export function Palette({ onAdd }: { onAdd: (kind: AddableKind) => void }) {
  const t = useText(editorMessages);
  const kind = useText(kindMessages);
  return (
    <nav className="flow-palette" aria-label={t("palette")}>
      <h2>{t("palette")}</h2>
      <p>{t("paletteHelp")}</p>
      {ADDABLE.map((name) => {
        const Icon = KIND_ICONS[name];
        return (
          <Button
            key={name}
            block
            icon={<Icon aria-hidden />}
            draggable
            aria-label={t("addNode", { kind: kind(name) })}
            onDragStart={(event) => {
              event.dataTransfer.setData(DRAGGED_KIND, name);
              event.dataTransfer.effectAllowed = "copy";
            }}
            onClick={() => onAdd(name)}
          >
            {kind(name)}
          </Button>
        );
      })}
    </nav>
  );
}
