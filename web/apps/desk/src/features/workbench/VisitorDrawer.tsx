import type { LiveSession } from "@frontdesk/live/workbench";
import { useText } from "@frontdesk/ui/react/language";
import { Drawer } from "antd";

import { VisitorPanel } from "./VisitorPanel";
import { workbenchMessages } from "./workbench-messages";

/** The visitor's facts over the conversation, where there is no room for a third column. */
export function VisitorDrawer({ session, onClose }: { session: LiveSession; onClose: () => void }) {
  const t = useText(workbenchMessages);
  return (
    <Drawer open title={t("visitorInfo")} size="min(22rem, 92vw)" styles={{ body: { padding: 0 } }} onClose={onClose}>
      <VisitorPanel session={session} />
    </Drawer>
  );
}
