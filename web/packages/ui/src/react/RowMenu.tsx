import { EllipsisOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex } from "antd";

interface RowMenuItem {
  key: string;
  label: string;
  isDanger?: boolean;
  onClick: () => void;
}

interface RowMenuProps {
  /** Name of the menu button, with the row's own name in it. */
  label: string;
  /** What one does most, beside the menu. */
  primary: { label: string; onClick: () => void };
  items: readonly RowMenuItem[];
}

/** What can be done with a row: the usual thing as a link, the rest in a menu. */
export function RowMenu({ label, primary, items }: RowMenuProps) {
  const menu = items.map(({ key, label: text, isDanger = false, onClick }) => ({
    key,
    label: text,
    danger: isDanger,
    onClick,
  }));
  return (
    <Flex gap="small" justify="end">
      <Button type="link" size="small" onClick={primary.onClick}>
        {primary.label}
      </Button>
      <Dropdown menu={{ items: menu }} trigger={["click"]} placement="bottomRight">
        <Button type="text" size="small" icon={<EllipsisOutlined aria-hidden />} aria-label={label} title={label} />
      </Dropdown>
    </Flex>
  );
}
