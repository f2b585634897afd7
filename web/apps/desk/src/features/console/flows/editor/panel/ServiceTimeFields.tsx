import { useText } from "@frontdesk/ui/react/language";
import { Button, Checkbox, Input, Segmented } from "antd";

import type { ServiceHours, TimeSlot, Weekday } from "../../../shared/wire";
import type { NodeOf } from "../document/nodes";
import { editorMessages } from "../editor-messages";
import { Field, LineField, Rows } from "./fields";
import type { SetNode } from "./NodeFields";
import { WEEK, weekdayMessages } from "./weekdays";

const WORKING_DAYS = WEEK.slice(0, 5);
const WORKING_HOURS: TimeSlot = { from: "09:00", to: "18:00" };
const WHOLE_DAY: TimeSlot = { from: "00:00", to: "24:00" };

const BEGINNING: { [Mode in ServiceHours["mode"]]: Extract<ServiceHours, { mode: Mode }> } = {
  off: { mode: "off" },
  standard: { mode: "standard", days: [...WORKING_DAYS], slots: [WORKING_HOURS] },
  custom: {
    mode: "custom",
    week: WORKING_DAYS.map((day) => ({ day, slots: [WORKING_HOURS] })),
    exceptions: [],
  },
};

/** When there is service, by the flow's time zone (FLOW-04, R15). */
export function ServiceTimeFields({ node, onChange }: { node: NodeOf<"service_time">; onChange: SetNode }) {
  const t = useText(editorMessages);
  const { hours } = node;
  const set = (next: ServiceHours) => onChange({ ...node, hours: next });
  return (
    <>
      <Field field="hours.mode" label={t("hoursMode")} help={t("hoursHelp")}>
        {(id) => (
          <Segmented<ServiceHours["mode"]>
            id={id}
            value={hours.mode}
            options={[
              { value: "off", label: t("hoursOff") },
              { value: "standard", label: t("hoursStandard") },
              { value: "custom", label: t("hoursCustom") },
            ]}
            onChange={(mode) => set(BEGINNING[mode])}
          />
        )}
      </Field>
      {hours.mode === "standard" && <StandardFields hours={hours} onChange={set} />}
      {hours.mode === "custom" && <CustomFields hours={hours} onChange={set} />}
    </>
  );
}

type Standard = Extract<ServiceHours, { mode: "standard" }>;

function StandardFields({ hours, onChange }: { hours: Standard; onChange: (hours: ServiceHours) => void }) {
  const t = useText(editorMessages);
  const day = useText(weekdayMessages);
  return (
    <>
      <Field field="hours.days" label={t("days")} withParts>
        {() => (
          <>
            <Checkbox.Group<Weekday>
              value={hours.days}
              options={WEEK.map((name) => ({ value: name, label: day(name) }))}
              onChange={(days) => onChange({ ...hours, days: WEEK.filter((name) => days.includes(name)) })}
            />
            <Button size="small" type="link" onClick={() => onChange({ ...hours, days: [...WORKING_DAYS] })}>
              {t("workingDays")}
            </Button>
          </>
        )}
      </Field>
      <Slots
        field="hours.slots"
        label={t("slots")}
        slots={hours.slots}
        onChange={(slots) => onChange({ ...hours, slots })}
      />
    </>
  );
}

type Custom = Extract<ServiceHours, { mode: "custom" }>;

function CustomFields({ hours, onChange }: { hours: Custom; onChange: (hours: ServiceHours) => void }) {
  const t = useText(editorMessages);
  const day = useText(weekdayMessages);
  const setDay = (name: Weekday, slots: TimeSlot[]) => {
    const others = new Map(hours.week.map((each) => [each.day, each.slots] as const)).set(name, slots);
    const week = WEEK.flatMap((each) => {
      const its = others.get(each) ?? [];
      return its.length === 0 ? [] : [{ day: each, slots: its }];
    });
    onChange({ ...hours, week });
  };
  return (
    <>
      <Field field="hours.week" label={t("week")}>
        {() => (
          <>
            {WEEK.map((name) => {
              const index = hours.week.findIndex((each) => each.day === name);
              return (
                <Slots
                  key={name}
                  field={`hours.week.${index}.slots`}
                  label={day(name)}
                  slots={hours.week[index]?.slots ?? []}
                  onChange={(slots) => setDay(name, slots)}
                />
              );
            })}
          </>
        )}
      </Field>
      <Field field="hours.exceptions" label={t("exceptions")} help={t("exceptionsHelp")}>
        {() => (
          <Rows
            rows={hours.exceptions}
            onChange={(exceptions) => onChange({ ...hours, exceptions })}
            make={() => ({ first: "", last: "", slots: [], remark: "" })}
            addLabel={t("addException")}
            removeLabel={(place) => t("removeException", { place })}
          >
            {(exception, set, index) => (
              <>
                <DateField
                  field={`hours.exceptions.${index}.first`}
                  label={t("firstDay")}
                  value={exception.first}
                  // Most are one day long.
                  onChange={(first) =>
                    set({ ...exception, first, last: exception.last === exception.first ? first : exception.last })
                  }
                />
                <DateField
                  field={`hours.exceptions.${index}.last`}
                  label={t("lastDay")}
                  value={exception.last}
                  onChange={(last) => set({ ...exception, last })}
                />
                <LineField
                  field={`hours.exceptions.${index}.remark`}
                  label={t("remark")}
                  value={exception.remark}
                  onChange={(remark) => set({ ...exception, remark })}
                />
                <Slots
                  field={`hours.exceptions.${index}.slots`}
                  label={t("exceptionSlots")}
                  slots={exception.slots}
                  onChange={(slots) => set({ ...exception, slots })}
                />
              </>
            )}
          </Rows>
        )}
      </Field>
    </>
  );
}

interface DateFieldProps {
  field: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function DateField({ field, label, value, onChange }: DateFieldProps) {
  return (
    <Field field={field} label={label}>
      {(id) => <Input id={id} type="date" value={value} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

interface SlotsProps {
  field: string;
  label: string;
  slots: readonly TimeSlot[];
  onChange: (slots: TimeSlot[]) => void;
}

/** Times of one day. One that ends at or before its beginning ends on the next day. */
function Slots({ field, label, slots, onChange }: SlotsProps) {
  const t = useText(editorMessages);
  const put = (index: number, slot: TimeSlot) => onChange(slots.map((other, at) => (at === index ? slot : other)));
  return (
    <Field field={field} label={label} withParts>
      {() => (
        <div className="flow-slots">
          {slots.length === 0 && <span className="flow-closed">{t("closed")}</span>}
          {slots.map((slot, index) => (
            <div key={index} className="flow-slot">
              <TimeInput
                label={t("slotFrom", { day: label })}
                value={slot.from}
                onChange={(from) => put(index, { ...slot, from })}
              />
              <span aria-hidden>–</span>
              <TimeInput
                label={t("slotTo", { day: label })}
                value={slot.to}
                onChange={(to) => put(index, { ...slot, to })}
              />
              {slot.to <= slot.from && <span className="flow-next-day">{t("nextDay")}</span>}
              <Button size="small" type="text" danger onClick={() => onChange(slots.filter((_, at) => at !== index))}>
                {t("remove")}
              </Button>
            </div>
          ))}
          <div className="flow-slot">
            <Button
              size="small"
              onClick={() => onChange([...slots, slots.length === 0 ? WORKING_HOURS : { from: "19:00", to: "21:00" }])}
            >
              {t("addSlot")}
            </Button>
            {slots.length === 0 && (
              <Button size="small" onClick={() => onChange([WHOLE_DAY])}>
                {t("wholeDay")}
              </Button>
            )}
          </div>
        </div>
      )}
    </Field>
  );
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** A time of day from 00:00 to 24:00. What is no time is not taken over. */
function TimeInput({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Input
      // Begins anew when the time changes elsewhere, as by undo.
      key={value}
      aria-label={label}
      className="flow-time"
      defaultValue={value}
      maxLength={5}
      onBlur={(event) => {
        const written = event.target.value.trim().padStart(5, "0");
        if (TIME.test(written) && written !== value) onChange(written);
        else event.target.value = value;
      }}
      onPressEnter={(event) => event.currentTarget.blur()}
    />
  );
}
