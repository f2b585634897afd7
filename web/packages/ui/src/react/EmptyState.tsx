import { Empty, Flex } from "antd";
import type { ReactNode } from "react";

/** Says what a list is for while nothing is in it, and offers the first action. */
export function EmptyState(props: { title: string; text: string; action?: ReactNode }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <Flex vertical gap="small" align="center">
          <strong>{props.title}</strong>
          <span>{props.text}</span>
        </Flex>
      }
    >
      {props.action}
    </Empty>
  );
}
