import { DownloadOutlined } from "@ant-design/icons";
import { newKey } from "@frontdesk/api-client/idempotency";
import { LoadFailed } from "@frontdesk/ui/react/LoadFailed";
import { Time } from "@frontdesk/ui/react/Time";
import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { Alert, App, Button, Drawer, Flex, Skeleton, Tag } from "antd";
import { useState } from "react";

import type { Flow, FlowDocument, FlowVersion } from "../../shared/wire";
import { Changes, isSame } from "./Changes";
import "./versions.css";
import { fileAddress, useDraftChanges, useFlowVersions, useVersionCommands } from "./versions-data";
import { versionsMessages } from "./versions-messages";

interface VersionsDrawerProps {
  flow: { id: string; name: string };
  /** The draft, for the names of its nodes. */
  document: FlowDocument;
  /** A version was restored: `flow` is what is in force now. */
  onRestored: (flow: Flow) => void;
  onClose: () => void;
}

/** What was published when and by whom; compare, go back, take away as a file (FLOW-14, FLOW-16). */
export function VersionsDrawer({ flow, document, onRestored, onClose }: VersionsDrawerProps) {
  const t = useText(versionsMessages);
  const explain = useExplain();
  const versions = useFlowVersions(flow.id);
  const [compared, setCompared] = useState<number>();
  const found = versions.data?.pages.flatMap((page) => page.items);
  return (
    <Drawer
      open
      size={560}
      title={t("title", { name: flow.name })}
      onClose={onClose}
      extra={
        <Button icon={<DownloadOutlined aria-hidden />} href={fileAddress(flow.id)}>
          {t("downloadDraft")}
        </Button>
      }
    >
      <p>{t("intro")}</p>
      {found === undefined && versions.error === null && <Skeleton active />}
      {versions.error !== null && (
        <LoadFailed
          reason={explain(versions.error).message}
          onRetry={() => void versions.refetch()}
          isRetrying={versions.isFetching}
        />
      )}
      {found?.length === 0 && <p>{t("none")}</p>}
      <ol className="flow-versions">
        {found?.map((version, index) => (
          <li key={version.version}>
            <Version
              flow={flow}
              version={version}
              isNewest={index === 0}
              isCompared={compared === version.version}
              onCompare={(isWanted) => setCompared(isWanted ? version.version : undefined)}
              onRestored={onRestored}
            />
            {compared === version.version && <SinceThen id={flow.id} version={version.version} document={document} />}
          </li>
        ))}
      </ol>
      {versions.hasNextPage && (
        <Button loading={versions.isFetchingNextPage} onClick={() => void versions.fetchNextPage()}>
          {t("older")}
        </Button>
      )}
    </Drawer>
  );
}

interface VersionProps {
  flow: { id: string };
  version: FlowVersion;
  isNewest: boolean;
  isCompared: boolean;
  onCompare: (isWanted: boolean) => void;
  onRestored: (flow: Flow) => void;
}

function Version({ flow, version: { version, note, published_at, published_by }, ...props }: VersionProps) {
  const t = useText(versionsMessages);
  const explain = useExplain();
  const { modal, message } = App.useApp();
  const commands = useVersionCommands();
  const restore = () => {
    // One question is one command, however often it is sent (C02).
    const key = newKey();
    modal.confirm({
      title: t("restoreTitle", { version }),
      content: t("restoreText"),
      okText: t("restore"),
      onOk: async () => {
        try {
          const restored = await commands.restore(flow.id, version, t("restoreNote", { version }), key);
          void message.success(t("restored", { version: restored.version }));
          props.onRestored(restored);
        } catch (error) {
          void message.error(explain(error).message);
        }
      },
    });
  };
  return (
    <>
      <Flex gap="small" align="baseline" wrap>
        <strong>{t("versionOf", { version })}</strong>
        {props.isNewest && <Tag color="green">{t("newest")}</Tag>}
        <span className="flow-version-by">
          {published_by ?? t("bySystem")}, <Time at={published_at} />
        </span>
      </Flex>
      <p className="flow-version-note">{note === "" ? t("noNote") : note}</p>
      <Flex gap="small" wrap>
        <Button
          size="small"
          aria-expanded={props.isCompared}
          aria-label={props.isCompared ? undefined : t("compareVersion", { version })}
          onClick={() => props.onCompare(!props.isCompared)}
        >
          {props.isCompared ? t("hide") : t("compare")}
        </Button>
        {!props.isNewest && (
          <Button size="small" aria-label={t("restoreVersion", { version })} onClick={restore}>
            {t("restore")}
          </Button>
        )}
        <Button size="small" aria-label={t("downloadVersion", { version })} href={fileAddress(flow.id, version)}>
          {t("download")}
        </Button>
      </Flex>
    </>
  );
}

/** What the draft has changed since a version. */
function SinceThen({ id, version, document }: { id: string; version: number; document: FlowDocument }) {
  const t = useText(versionsMessages);
  const explain = useExplain();
  const changes = useDraftChanges(id, version);
  if (changes.error !== null) return <Alert type="error" showIcon title={explain(changes.error).message} />;
  if (changes.data === undefined) return <Skeleton active title={false} />;
  if (isSame(changes.data)) return <p>{t("same")}</p>;
  return (
    <section aria-label={t("compared", { version })}>
      <p>{t("compared", { version })}</p>
      <Changes diff={changes.data} document={document} />
    </section>
  );
}
