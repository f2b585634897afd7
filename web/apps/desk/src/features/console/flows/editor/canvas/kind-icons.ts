import {
  ApiOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  CustomerServiceOutlined,
  FlagOutlined,
  FormOutlined,
  MessageOutlined,
  PlayCircleOutlined,
  RobotOutlined,
  SplitCellsOutlined,
} from "@ant-design/icons";
import type { ComponentType } from "react";

import type { NodeKind } from "../document/nodes";

export const KIND_ICONS: Readonly<Record<NodeKind, ComponentType<{ "aria-hidden"?: boolean }>>> = {
  start: PlayCircleOutlined,
  service_time: ClockCircleOutlined,
  send_message: MessageOutlined,
  branch: BranchesOutlined,
  transfer_to_human: CustomerServiceOutlined,
  collect_information: FormOutlined,
  call_api: ApiOutlined,
  condition: SplitCellsOutlined,
  robot: RobotOutlined,
  end: FlagOutlined,
};
