import { CheckCircleFilled } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Card, Flex, Progress, Result, Typography } from "antd";

import { ButtonLink } from "../shared/ButtonLink";
import { overviewMessages } from "./overview-messages";
import { SETUP_STEPS, doneSteps } from "./setup-steps";
import type { SetupFacts, SetupStep } from "./setup-steps";

const WORDS = {
  agents: { title: "agentsTitle", text: "agentsText", action: "agentsAction", to: "/console/agents" },
  groups: { title: "groupsTitle", text: "groupsText", action: "groupsAction", to: "/console/skill-groups" },
  flow: { title: "flowTitle", text: "flowText", action: "flowAction", to: "/console/flows" },
  channel: { title: "channelTitle", text: "channelText", action: "channelAction", to: "/console/channels" },
} as const satisfies Record<SetupStep, object>;

/** The four steps to the first session, ticked when done; one line once all are. */
export function SetupGuide({ facts }: { facts: SetupFacts }) {
  const t = useText(overviewMessages);
  const done = doneSteps(facts);
  if (done.size === SETUP_STEPS.length) {
    return (
      <Card>
        <Result status="success" title={t("doneTitle")} subTitle={t("doneText")} />
      </Card>
    );
  }
  const next = SETUP_STEPS.find((step) => !done.has(step));
  return (
    <Card
      title={t("guideTitle")}
      extra={<Typography.Text type="secondary">{t("guideProgress", { done: done.size })}</Typography.Text>}
    >
      <Progress percent={(done.size / SETUP_STEPS.length) * 100} showInfo={false} aria-hidden />
      <ol className="console-steps">
        {SETUP_STEPS.map((step, index) => (
          <Step key={step} step={step} number={index + 1} isDone={done.has(step)} isNext={step === next} />
        ))}
      </ol>
    </Card>
  );
}

interface StepProps {
  step: SetupStep;
  number: number;
  isDone: boolean;
  /** Whether this is what to do now. */
  isNext: boolean;
}

function Step({ step, number, isDone, isNext }: StepProps) {
  const t = useText(overviewMessages);
  const words = WORDS[step];
  return (
    <li className="console-step" aria-current={isNext ? "step" : undefined}>
      <span
        className="console-step-mark"
        data-done={isDone}
        role="img"
        aria-label={t(isDone ? "stepDone" : "stepOpen")}
      >
        {isDone ? <CheckCircleFilled aria-hidden /> : number}
      </span>
      <Flex vertical className="console-grow">
        <Typography.Text strong>{t(words.title)}</Typography.Text>
        <Typography.Text type="secondary">{t(words.text)}</Typography.Text>
      </Flex>
      <ButtonLink to={words.to} type={isNext ? "primary" : "default"}>
        {isDone ? t("review") : t(words.action)}
      </ButtonLink>
    </li>
  );
}
