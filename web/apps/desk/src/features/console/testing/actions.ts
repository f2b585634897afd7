import { fireEvent, screen, within } from "@testing-library/react";

/** Types into the field with this label. */
export function type(label: string, value: string) {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

/** Presses a button; the first of its name when the page offers it twice. */
export async function press(name: string | RegExp, inside?: HTMLElement) {
  const found = await (inside ? within(inside) : screen).findAllByRole("button", { name });
  const [button] = found;
  if (!button) throw new Error(`no button ${String(name)}`);
  fireEvent.click(button);
}

/** Picks an action from a row's menu. */
export async function chooseAction(row: string, action: string) {
  await press(`More actions for “${row}”`);
  fireEvent.click(await screen.findByRole("menuitem", { name: action }));
}

/** Opens a select and picks an option by its text. */
export async function pick(label: string, option: string) {
  const field = await screen.findByLabelText(label);
  fireEvent.mouseDown(field.closest(".ant-select") ?? field);
  const options = await screen.findAllByText(option, { selector: ".ant-select-item-option-content" });
  const [found] = options;
  if (!found) throw new Error(`no option ${option}`);
  fireEvent.click(found);
}
