import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { useText } from "@frontdesk/ui/react/language";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Flex, Modal, QRCode, Typography } from "antd";

import type { Channel } from "../shared/wire";
import { channelsMessages } from "./channels-messages";
import { deskUrl, embedCode, pinnedCode, type WidgetFile } from "./embed-code";

interface EmbedDialogProps {
  channel: Channel;
  onEdit: () => void;
  onClose: () => void;
}

/** How a channel comes onto a website: the line of script, the link and its QR code (CHAN-02). */
export function EmbedDialog({ channel, onEdit, onClose }: EmbedDialogProps) {
  const t = useText(channelsMessages);
  const here = window.location.origin;
  const desk = deskUrl(channel, here);
  const link = `${desk}${channel.url_path}`;
  const widget = useWidgetFile();
  return (
    <Modal open width={720} title={t("embedTitle", { name: channel.title })} footer={null} onCancel={onClose}>
      <Flex vertical gap="middle">
        {channel.websites.length === 0 && (
          <Alert
            type="warning"
            showIcon
            title={t("embedNoWebsites")}
            description={t("embedNoWebsitesHelp")}
            action={
              <Button size="small" onClick={onEdit}>
                {t("embedEdit")}
              </Button>
            }
          />
        )}
        {desk !== here && <Alert type="info" showIcon title={t("embedOtherAddress", { configured: desk, here })} />}
        <Code
          title={t("embedScript")}
          help={t("embedScriptHelp")}
          code={embedCode(desk, channel.key)}
          copyLabel={t("embedCopyCode")}
        />
        <Flex gap="small" wrap>
          <Button type="primary" href={`/try/${channel.key}`} target="_blank" rel="noopener">
            {t("embedTry")}
          </Button>
          <Button href={channel.url_path} target="_blank" rel="noopener">
            {t("embedTryChat")}
          </Button>
        </Flex>
        <Flex gap="large" wrap align="flex-start">
          <Flex vertical gap="small" flex="1 1 300px">
            <Code title={t("embedLink")} help={t("embedLinkHelp")} code={link} copyLabel={t("copyLink")} />
          </Flex>
          <Flex vertical gap="small" flex="0 1 220px">
            <Typography.Title level={5}>{t("embedQr")}</Typography.Title>
            <QRCode type="svg" value={link} aria-label={`${t("embedQr")}: ${link}`} role="img" />
            <Typography.Text type="secondary">{t("embedQrHelp")}</Typography.Text>
          </Flex>
        </Flex>
        {widget.data && (
          <Code
            title={t("embedPinned")}
            help={t("embedPinnedHelp")}
            code={pinnedCode(desk, channel.key, widget.data)}
            copyLabel={t("embedCopyCode")}
          />
        )}
        <Typography.Text type="secondary">{t("embedDocs")}</Typography.Text>
      </Flex>
    </Modal>
  );
}

function Code(props: { title: string; help: string; code: string; copyLabel: string }) {
  return (
    <Flex vertical gap="small" align="flex-start">
      <Typography.Title level={5}>{props.title}</Typography.Title>
      <Typography.Text type="secondary">{props.help}</Typography.Text>
      <pre className="console-code" tabIndex={0} aria-label={props.title}>
        {props.code}
      </pre>
      <CopyButton text={props.code} label={props.copyLabel} />
    </Flex>
  );
}

/** A static file beside the script, not a part of the API; without it there is one line less to copy. */
function useWidgetFile() {
  return useQuery({
    queryKey: ["widget-file"],
    queryFn: async ({ signal }): Promise<WidgetFile> => {
      const answer = await fetch("/chat-assets/widget/widget.json", { signal });
      if (!answer.ok) throw new Error(`widget.json: ${answer.status}`);
      return (await answer.json()) as WidgetFile;
    },
  });
}
