import type { ReactNode } from "react";
import { Flex, Typography } from "antd";
import { Link } from "react-router";

interface UsedByProps {
  text: string;
  /** What uses it, each with the page where it can be changed. */
  items: readonly { id: string; name: string; to: string }[];
}

/** What still uses something that was to be deleted (R19). */
export function UsedBy({ text, items }: UsedByProps): ReactNode {
  return (
    <Flex vertical gap="small">
      <Typography.Text>{text}</Typography.Text>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <Link to={item.to}>{item.name}</Link>
          </li>
        ))}
      </ul>
    </Flex>
  );
}
