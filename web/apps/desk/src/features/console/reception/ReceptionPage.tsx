import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { listMessages } from "@frontdesk/ui/react/list-messages";
import { Button, Descriptions, Skeleton } from "antd";
import { useState } from "react";

import { ConsolePage } from "../shared/ConsolePage";
import type { ReceptionSettings } from "../shared/wire";
import { ReceptionDrawer } from "./ReceptionDrawer";
import { useReception } from "./reception-data";
import { receptionMessages } from "./reception-messages";

/** How the contact centre receives visitors, and the way to change it (ADM-13, ROUTE-22). */
export function ReceptionPage() {
  const t = useText(receptionMessages);
  const words = useText(listMessages);
  const explain = useExplain();
  const [isEditing, setEditing] = useState(false);
  const { data: settings, error, refetch, isFetching } = useReception();
  const change = settings && (
    <Button type="primary" onClick={() => setEditing(true)}>
      {t("edit")}
    </Button>
  );
  return (
    <ConsolePage title={t("title")} intro={t("intro")} action={change}>
      {settings ? (
        <>
          <Settings settings={settings} />
          <ReceptionDrawer isOpen={isEditing} settings={settings} onClose={() => setEditing(false)} />
        </>
      ) : error ? (
        <LoadFailed reason={explain(error).message} onRetry={() => void refetch()} isRetrying={isFetching} />
      ) : (
        <div role="status" aria-label={words("loading")}>
          <Skeleton active />
        </div>
      )}
    </ConsolePage>
  );
}

function Settings({ settings }: { settings: ReceptionSettings }) {
  const t = useText(receptionMessages);
  const items = [
    { key: "grace", label: t("grace"), children: t("graceValue", { seconds: settings.grace_seconds }) },
    { key: "after", label: t("afterGrace"), children: t(settings.after_grace) },
    { key: "zone", label: t("timeZone"), children: settings.time_zone === "" ? t("serverZone") : settings.time_zone },
  ];
  return <Descriptions column={1} bordered items={items} />;
}
