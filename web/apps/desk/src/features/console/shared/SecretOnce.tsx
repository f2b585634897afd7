import { CopyButton } from "@frontdesk/ui/react/CopyButton";
import { Alert, Flex, Input } from "antd";

interface SecretOnceProps {
  secret: string;
  label: string;
  warning: string;
  copyLabel: string;
}

/** A secret that is shown this one time, with a button that copies it. */
export function SecretOnce({ secret, label, warning, copyLabel }: SecretOnceProps) {
  return (
    <Flex vertical gap="middle">
      <Alert type="warning" showIcon title={warning} role="status" />
      <Flex gap="small" wrap>
        <Input
          className="console-grow console-mono"
          value={secret}
          readOnly
          aria-label={label}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={secret} label={copyLabel} type="primary" />
      </Flex>
    </Flex>
  );
}
