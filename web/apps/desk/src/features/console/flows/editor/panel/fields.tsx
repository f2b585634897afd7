/** Fields of the panel. They write into the document as one types; the server says what is wrong with it. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useText } from "@frontdesk/ui/react/language";
import { Button, Form, Input, InputNumber, Select } from "antd";
import type { ReactNode } from "react";
import { useId } from "react";

import type { Choices } from "../../../shared/choices";
import { editorMessages } from "../editor-messages";
import { useFaultsAt } from "./faults";
import { ParameterText } from "./ParameterText";

interface FieldProps {
  /** Where it stands in the node, for example `options.0.value`. */
  field: string;
  label: string;
  help?: ReactNode;
}

/** A label, help and what is wrong, around an input that takes `id`. */
export function Field({
  field,
  label,
  help,
  withParts,
  children,
}: FieldProps & { withParts?: boolean; children: (id: string) => ReactNode }) {
  const id = useId();
  const fault = useFaultsAt(field, withParts);
  return (
    <Form.Item
      label={label}
      htmlFor={id}
      extra={help}
      {...(fault === undefined
        ? {}
        : { validateStatus: fault.isError ? ("error" as const) : ("warning" as const), help: fault.message })}
    >
      {children(id)}
    </Form.Item>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  maxLength?: number;
}

/** One line of plain text. */
export function LineField({ value, onChange, placeholder, maxLength, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(id) => (
        <Input
          id={id}
          value={value}
          autoComplete="off"
          {...(placeholder === undefined ? {} : { placeholder })}
          {...(maxLength === undefined ? {} : { maxLength })}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** A text that visitors read, or that goes to another system: with parameters to put in. */
export function ParameterField({
  value,
  onChange,
  placeholder,
  isLine = false,
  ...field
}: TextFieldProps & { isLine?: boolean }) {
  return (
    <Field {...field}>
      {(id) => (
        <ParameterText
          id={id}
          value={value}
          isLine={isLine}
          onChange={onChange}
          {...(placeholder === undefined ? {} : { placeholder })}
        />
      )}
    </Field>
  );
}

interface NumberFieldProps extends FieldProps {
  value: number | undefined;
  onChange: (value: number | undefined) => void;
  min: number;
  max: number;
}

/** A whole number, or nothing. */
export function NumberField({ value, onChange, min, max, ...field }: NumberFieldProps) {
  return (
    <Field {...field}>
      {(id) => (
        <InputNumber
          id={id}
          value={value ?? null}
          min={min}
          max={max}
          precision={0}
          onChange={(number) => onChange(number ?? undefined)}
        />
      )}
    </Field>
  );
}

interface ChoiceFieldProps extends FieldProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  choices: Choices;
  placeholder: string;
}

/** One of things that exist elsewhere. */
export function ChoiceField({ value, onChange, choices, placeholder, ...field }: ChoiceFieldProps) {
  return (
    <Field {...field}>
      {(id) => (
        <Select
          id={id}
          value={value ?? null}
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          loading={choices.isLoading}
          options={choices.options}
          placeholder={placeholder}
          onChange={(chosen: string | null | undefined) => onChange(chosen ?? undefined)}
        />
      )}
    </Field>
  );
}

/** Words, each of which counts as it stands. */
export function WordsField({
  value,
  onChange,
  ...field
}: FieldProps & { value: readonly string[]; onChange: (words: string[]) => void }) {
  return (
    <Field {...field} withParts>
      {(id) => (
        <Select
          id={id}
          mode="tags"
          open={false}
          suffixIcon={null}
          value={[...value]}
          onChange={(words: string[]) => onChange(words)}
        />
      )}
    </Field>
  );
}

interface RowsProps<Row> {
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  /** A new row. */
  make: () => Row;
  addLabel: string;
  /** What a screen reader calls the button that removes row number `place`, counted from 1. */
  removeLabel: (place: number) => string;
  /** Rows that must stay. */
  least?: number;
  children: (row: Row, set: (row: Row) => void, index: number) => ReactNode;
}

/** A list whose rows can be added, changed, moved up and removed. */
export function Rows<Row>({ rows, onChange, make, addLabel, removeLabel, least = 0, children }: RowsProps<Row>) {
  const t = useText(editorMessages);
  const put = (index: number, row: Row) => onChange(rows.map((other, at) => (at === index ? row : other)));
  const up = (index: number) => {
    const next = [...rows];
    next.splice(index - 1, 0, ...next.splice(index, 1));
    onChange(next);
  };
  return (
    <div className="flow-rows">
      {rows.map((row, index) => (
        // The place is what a row is known by: rows have no ids of their own in general.
        <div key={index} className="flow-row">
          {children(row, (next) => put(index, next), index)}
          <div className="flow-row-actions">
            {index > 0 && (
              <Button size="small" type="text" onClick={() => up(index)}>
                {t("moveUp")}
              </Button>
            )}
            {rows.length > least && (
              <Button
                size="small"
                type="text"
                danger
                icon={<DeleteOutlined aria-hidden />}
                aria-label={removeLabel(index + 1)}
                onClick={() => onChange(rows.filter((_, at) => at !== index))}
              />
            )}
          </div>
        </div>
      ))}
      <Button block type="dashed" icon={<PlusOutlined aria-hidden />} onClick={() => onChange([...rows, make()])}>
        {addLabel}
      </Button>
    </div>
  );
}
