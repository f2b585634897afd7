import { SmileOutlined } from "@ant-design/icons";
import { Popup } from "@frontdesk/ui/react/Popup";
import { useText } from "@frontdesk/ui/react/language";
import { Button } from "antd";

import { EMOJI } from "./emoji";
import { workbenchMessages } from "./workbench-messages";

/** A button with a sheet of emoji. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const t = useText(workbenchMessages);
  return (
    <Popup
      align="start"
      side="above"
      trigger={(trigger) => (
        <Button {...trigger} type="text" icon={<SmileOutlined />} aria-label={t("emoji")} title={t("emoji")} />
      )}
      panel={(close) => (
        <div className="emoji-sheet">
          {EMOJI.map((emoji) => (
            <button
              key={emoji}
              type="button"
              onClick={() => {
                close();
                onPick(emoji);
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
    />
  );
}
