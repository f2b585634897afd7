import { useText } from "@frontdesk/ui/react/language";
import { AutoComplete, Select } from "antd";
import { useContext } from "react";

import { freeId } from "../document/edit";
import type { NodeOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { SYSTEM_PARAMETERS, parameterMessages } from "../words";
import { Field, LineField, ParameterField, Rows } from "./fields";
import type { SetNode } from "./NodeFields";
import { KnownVariables } from "./ParameterText";

type Branch = NodeOf<"condition">["branches"][number];
type Comparison = Branch["all"][number];

/** Ordered branches, each an "and" of comparisons (FLOW-10). */
export function ConditionFields({ node, onChange }: { node: NodeOf<"condition">; onChange: SetNode }) {
  const t = useText(editorMessages);
  return (
    <Field field="branches" label={t("conditionBranches")} help={t("conditionBranchesHelp")}>
      {() => (
        <Rows
          rows={node.branches}
          onChange={(branches) => onChange({ ...node, branches })}
          make={() => ({
            id: freeId(
              node.branches.map(({ id }) => id),
              "c",
            ),
            label: "",
            all: [emptyComparison()],
          })}
          addLabel={t("addBranch")}
          removeLabel={(place) => t("removeBranch", { place })}
          least={1}
        >
          {(branch, set, index) => <BranchFields branch={branch} onChange={set} index={index} />}
        </Rows>
      )}
    </Field>
  );
}

function emptyComparison(): Comparison {
  return { parameter: "", operator: "equal", value: "" };
}

function BranchFields({
  branch,
  onChange,
  index,
}: {
  branch: Branch;
  onChange: (branch: Branch) => void;
  index: number;
}) {
  const t = useText(editorMessages);
  return (
    <>
      <LineField
        field={`branches.${index}.label`}
        label={t("branchLabel")}
        value={branch.label}
        onChange={(label) => onChange({ ...branch, label })}
      />
      <Field field={`branches.${index}.all`} label={t("allOf")}>
        {() => (
          <Rows
            rows={branch.all}
            onChange={(all) => onChange({ ...branch, all })}
            make={emptyComparison}
            addLabel={t("addComparison")}
            removeLabel={(place) => t("removeComparison", { place })}
            least={1}
          >
            {(comparison, set, at) => (
              <ComparisonFields path={`branches.${index}.all.${at}`} comparison={comparison} onChange={set} />
            )}
          </Rows>
        )}
      </Field>
    </>
  );
}

interface ComparisonFieldsProps {
  path: string;
  comparison: Comparison;
  onChange: (comparison: Comparison) => void;
}

function ComparisonFields({ path, comparison, onChange }: ComparisonFieldsProps) {
  const t = useText(editorMessages);
  const names = useText(parameterMessages);
  const variables = useContext(KnownVariables);
  const parameters = [
    ...variables.map((name) => ({ value: name, label: name })),
    ...SYSTEM_PARAMETERS.map((name) => ({ value: name, label: `${name} · ${names(name)}` })),
  ];
  const operators = [
    { value: "equal" as const, label: t("operatorEqual") },
    { value: "not_equal" as const, label: t("operatorNotEqual") },
    { value: "greater" as const, label: t("operatorGreater") },
    { value: "less" as const, label: t("operatorLess") },
    { value: "greater_or_equal" as const, label: t("operatorGreaterOrEqual") },
    { value: "less_or_equal" as const, label: t("operatorLessOrEqual") },
  ];
  return (
    <>
      <Field field={`${path}.parameter`} label={t("parameter")}>
        {(id) => (
          <AutoComplete
            id={id}
            value={comparison.parameter}
            options={parameters}
            onChange={(parameter: string | undefined) => onChange({ ...comparison, parameter: parameter ?? "" })}
          />
        )}
      </Field>
      <Field field={`${path}.operator`} label={t("operator")}>
        {(id) => (
          <Select
            id={id}
            value={comparison.operator}
            options={operators}
            onChange={(operator) => onChange({ ...comparison, operator })}
          />
        )}
      </Field>
      <ParameterField
        isLine
        field={`${path}.value`}
        label={t("value")}
        value={comparison.value}
        onChange={(value) => onChange({ ...comparison, value })}
      />
    </>
  );
}
