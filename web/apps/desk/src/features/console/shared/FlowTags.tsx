import { Flex, Tag, Typography } from "antd";

interface FlowTagsProps {
  flows: readonly { id: string; name: string }[];
  /** Said when there is none. */
  none: string;
}

/** The flows that use something. */
export function FlowTags({ flows, none }: FlowTagsProps) {
  if (flows.length === 0) return <Typography.Text type="secondary">{none}</Typography.Text>;
  return (
    <Flex gap="small" wrap>
      {flows.map((flow) => (
        <Tag key={flow.id}>{flow.name}</Tag>
      ))}
    </Flex>
  );
}
