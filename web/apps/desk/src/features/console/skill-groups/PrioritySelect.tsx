import { useText } from "@frontdesk/ui/react/language";
import { Select } from "antd";

import { LIMITS } from "../shared/limits";
import { skillGroupsMessages } from "./skill-groups-messages";

interface PrioritySelectProps {
  label: string;
  value: number;
  onChange: (priority: number) => void;
}

/** Priority of a member, 1 (first) to 5 (ROUTE-02). */
export function PrioritySelect({ label, value, onChange }: PrioritySelectProps) {
  const t = useText(skillGroupsMessages);
  const { min, max, usual } = LIMITS.priority;
  const names: Readonly<Record<number, string>> = {
    [min]: t("priorityHighest"),
    [usual]: t("priorityDefault"),
    [max]: t("priorityLowest"),
  };
  const options = Array.from({ length: max - min + 1 }, (_, index) => {
    const priority = min + index;
    return { value: priority, label: names[priority] ?? String(priority) };
  });
  return (
    <Select aria-label={label} value={value} options={options} onChange={onChange} popupMatchSelectWidth={false} />
  );
}
