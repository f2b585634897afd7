import { SmileOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Popover } from "antd";
import { useState } from "react";

import { EMOJI } from "./emoji";
import { workbenchMessages } from "./workbench-messages";

/** A button with a sheet of emoji; the sheet stays open, for one seldom comes alone. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const t = useText(workbenchMessages);
  const [isOpen, setOpen] = useState(false);
  const sheet = (
    <div className="emoji-sheet" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      {EMOJI.map((emoji) => (
        <button key={emoji} type="button" onClick={() => onPick(emoji)}>
          {emoji}
        </button>
      ))}
    </div>
  );
  return (
    <Popover content={sheet} trigger="click" placement="topLeft" open={isOpen} onOpenChange={setOpen}>
      <Button type="text" icon={<SmileOutlined />} aria-label={t("emoji")} title={t("emoji")} aria-expanded={isOpen} />
    </Popover>
  );
}
