import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { useText } from "@frontdesk/ui/react/language";
import { Flex, Tabs, Typography } from "antd";

import { channelsMessages } from "./channels-messages";
import { SIGNED_TEXT, SIGNING_EXAMPLES } from "./signing-examples";

/** Explains how the website's server signs a visitor's identity, with code to copy. */
export function SigningHowTo({ channelKey }: { channelKey: string }) {
  const t = useText(channelsMessages);
  return (
    <Flex vertical gap="small">
      <Typography.Title level={4}>{t("howToTitle")}</Typography.Title>
      <Typography.Text>{t("howToText")}</Typography.Text>
      <Typography.Text code>{SIGNED_TEXT}</Typography.Text>
      <Typography.Text code>POST /api/v1/visitor/channels/{channelKey}/token</Typography.Text>
      <Tabs
        aria-label={t("howToLanguage")}
        items={SIGNING_EXAMPLES.map(({ language, code }) => ({
          key: language,
          label: language,
          children: (
            <Flex vertical gap="small" align="flex-start">
              <pre className="console-code" tabIndex={0}>
                {code}
              </pre>
              <CopyButton text={code} label={t("copyCode")} />
            </Flex>
          ),
        }))}
      />
    </Flex>
  );
}
