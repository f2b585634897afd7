import { useExplain } from "@frontdesk/ui/react/failure";
import { useText } from "@frontdesk/ui/react/language";
import { Alert, App, Button, Divider, Drawer, Flex, Typography } from "antd";
import { useState } from "react";

import { SecretOnce } from "../shared/SecretOnce";
import { useAskedAction } from "../shared/asked-action";
import type { Channel } from "../shared/wire";
import { SigningHowTo } from "./SigningHowTo";
import { useChannelCommands } from "./channels-data";
import { channelsMessages } from "./channels-messages";

interface IdentitySecretDrawerProps {
  channel: Channel;
  onClose: () => void;
}

/** Makes the secret that signs visitors' identities, and shows how to sign with it (SEC-03). */
export function IdentitySecretDrawer({ channel, onClose }: IdentitySecretDrawerProps) {
  const t = useText(channelsMessages);
  const { modal } = App.useApp();
  const explain = useExplain();
  const commands = useChannelCommands();
  const ask = useAskedAction();
  const [secret, setSecret] = useState<string>();
  const [isMaking, setMaking] = useState(false);
  const [failure, setFailure] = useState<string>();

  const make = async () => {
    setMaking(true);
    setFailure(undefined);
    try {
      setSecret((await commands.makeIdentitySecret(channel.id)).secret);
    } catch (error) {
      setFailure(explain(error).message);
    } finally {
      setMaking(false);
    }
  };
  const rotate = () =>
    ask({ title: t("secretRotateTitle"), text: t("secretRotateText"), okText: t("secretRotate"), run: make });
  const close = () => {
    if (secret === undefined) onClose();
    else modal.confirm({ title: t("secretNotSaved"), okText: t("secretSaved"), onOk: onClose });
  };

  return (
    <Drawer open size="large" title={t("secretTitle", { name: channel.title })} onClose={close}>
      <Flex vertical gap="middle">
        <Typography.Text>{t("secretIntro")}</Typography.Text>
        {failure !== undefined && <Alert type="error" showIcon title={failure} role="alert" />}
        {secret === undefined ? (
          <>
            <Typography.Text type="secondary">
              {t(channel.has_identity_secret ? "secretExists" : "secretMissing")}
            </Typography.Text>
            <div>
              {channel.has_identity_secret ? (
                <Button danger loading={isMaking} onClick={rotate}>
                  {t("secretRotate")}
                </Button>
              ) : (
                <Button type="primary" loading={isMaking} onClick={() => void make()}>
                  {t("secretMake")}
                </Button>
              )}
            </div>
          </>
        ) : (
          <SecretOnce
            secret={secret}
            label={t("identitySecret")}
            warning={t("secretOnce")}
            copyLabel={t("secretCopy")}
          />
        )}
        <Divider />
        <SigningHowTo channelKey={channel.key} />
      </Flex>
    </Drawer>
  );
}
