import { PlusOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Form, Select, Spin } from "antd";
import { useState } from "react";

import { useAgentChoices } from "../shared/choices";
import { LIMITS } from "../shared/limits";
import type { Agent } from "../shared/wire";
import { PrioritySelect } from "./PrioritySelect";
import { skillGroupsMessages } from "./skill-groups-messages";

interface MemberPickerProps {
  /** Adds the agent; rejections are shown by whoever handed it in. */
  onPick: (agent: Agent, priority: number) => Promise<void>;
}

/** Finds an agent by name, staff number or e-mail and adds it with a priority. */
export function MemberPicker({ onPick }: MemberPickerProps) {
  const t = useText(skillGroupsMessages);
  const [search, setSearch] = useState("");
  const [picked, setPicked] = useState<Agent>();
  const [priority, setPriority] = useState<number>(LIMITS.priority.usual);
  const [isAdding, setAdding] = useState(false);
  const choices = useAgentChoices(search);

  const add = async () => {
    if (!picked) return;
    setAdding(true);
    await onPick(picked, priority);
    setAdding(false);
    setPicked(undefined);
    setSearch("");
  };

  return (
    <Form layout="vertical" className="console-picker-frame" onFinish={() => void add()}>
      <Form.Item label={t("addMember")} htmlFor="member-picker">
        <div className="console-picker">
          <Select<string>
            id="member-picker"
            showSearch={{ filterOption: false, onSearch: setSearch }}
            value={picked?.id ?? null}
            placeholder={t("addMemberPlaceholder")}
            notFoundContent={choices.isLoading ? <Spin size="small" /> : t("noAgentFound")}
            options={choices.agents.map((agent) => ({
              value: agent.id,
              label: `${agent.name} · ${agent.staff_no} · ${agent.email}`,
            }))}
            onChange={(id) => setPicked(choices.agents.find((agent) => agent.id === id))}
          />
          <PrioritySelect label={t("priority")} value={priority} onChange={setPriority} />
          <Button
            type="primary"
            htmlType="submit"
            icon={<PlusOutlined aria-hidden />}
            loading={isAdding}
            disabled={!picked}
          >
            {t("addMember")}
          </Button>
        </div>
      </Form.Item>
    </Form>
  );
}
