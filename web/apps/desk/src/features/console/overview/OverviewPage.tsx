import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { useExplain } from "@frontdesk/ui/react/failure";
import { listMessages } from "@frontdesk/ui/react/list-messages";
import { useText } from "@frontdesk/ui/react/language";
import { Skeleton } from "antd";

import { ConsolePage } from "../shared/ConsolePage";
import { ChatPages } from "./ChatPages";
import { SetupGuide } from "./SetupGuide";
import { overviewMessages } from "./overview-messages";
import { useSetup } from "./overview-data";

/** What is still to be set up, and where visitors come in (ADM-01). */
export function OverviewPage() {
  const t = useText(overviewMessages);
  const words = useText(listMessages);
  const explain = useExplain();
  const setup = useSetup();
  return (
    <ConsolePage title={t("title")}>
      {setup.facts ? (
        <>
          <SetupGuide facts={setup.facts} />
          {setup.facts.channels.length > 0 && <ChatPages channels={setup.facts.channels} />}
        </>
      ) : setup.error ? (
        <LoadFailed reason={explain(setup.error).message} onRetry={setup.retry} isRetrying={setup.isFetching} />
      ) : (
        <div role="status" aria-label={words("loading")}>
          <Skeleton active paragraph={{ rows: 8 }} />
        </div>
      )}
    </ConsolePage>
  );
}
