import { useExplain } from "@frontdesk/ui/react/failure";
import type { FormInstance } from "antd";
import { useState } from "react";

interface FormCall<Values> {
  submit: (values: Values) => Promise<void>;
  isRunning: boolean;
  /** Why the last call failed, when no field is to blame. */
  failure: string | undefined;
}

/** Sends a form; what the server finds wrong with a field is shown at the field. */
export function useFormCall<Values extends object>(
  form: FormInstance<Values>,
  call: (values: Values) => Promise<void>,
): FormCall<Values> {
  const explain = useExplain();
  const [isRunning, setRunning] = useState(false);
  const [failure, setFailure] = useState<string>();
  const submit = async (values: Values) => {
    setRunning(true);
    setFailure(undefined);
    try {
      await call(values);
    } catch (error) {
      const { message, fields } = explain(error);
      const known = fields.filter(({ field }) => field in values);
      known.forEach(({ field, message: text }) => form.setFields([{ name: field as never, errors: [text] }]));
      if (known.length === 0) setFailure(message);
    } finally {
      setRunning(false);
    }
  };
  return { submit, isRunning, failure };
}
