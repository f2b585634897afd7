import { sampleMe } from "@frontdesk/live/testing/samples";
import { cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { openDesk, refusal } from "../../testing/open-desk";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  localStorage.clear();
});

const signedOut = { "GET /api/v1/me": () => refusal(401, "not_signed_in") };

const type = (label: string, text: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value: text } });

describe("ADM-16: signing in", () => {
  it("says in the reader's language why it did not work, and lets the right password in to the wanted page", async () => {
    const answers = [() => refusal(401, "wrong_credentials"), () => Response.json(sampleMe())];
    const desk = openDesk("/records", { ...signedOut, "POST /api/v1/sign-in": () => answers.shift()!() });
    await screen.findByRole("button", { name: "Sign in" });
    type("E-mail", " ann@example.com ");
    type("Password", "secret of mine");
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText(/E-mail or password is wrong/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(desk.router.state.location.pathname).toBe("/records"));
    const posted = desk.calls.filter(({ operation }) => operation === "POST /api/v1/sign-in");
    expect(posted[0]?.body).toEqual({ identifier: "ann@example.com", password: "secret of mine" });
  });

  it("has its names in Chinese too", async () => {
    openDesk("/sign-in", signedOut, "zh-CN");
    expect(await screen.findByLabelText("邮箱或手机号")).toBeTruthy();
    expect(screen.getByLabelText("密码")).toBeTruthy();
    expect(screen.getByRole("button", { name: "登录" })).toBeTruthy();
  });
});

it.each([
  "//evil.example/x",
  "/\\evil.example",
  "\\\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "evil.example",
  "",
  5,
  null,
  ["/records"],
])("T221: after signing in one does not come to %j", async (from) => {
  const desk = openDesk("/sign-in", { ...signedOut, "POST /api/v1/sign-in": () => Response.json(sampleMe()) });
  await screen.findByRole("button", { name: "Sign in" });
  await desk.router.navigate("/sign-in", { state: { from } });
  type("E-mail", "ann@example.com");
  type("Password", "secret of mine");
  fireEvent.click(screen.getByRole("button", { name: "Sign in" }));
  await waitFor(() => expect(desk.router.state.location.pathname).toBe("/"));
});

it("ADM-02: after the first sign-in nothing opens before the password is changed", async () => {
  const me = sampleMe({ must_change_password: true });
  const desk = openDesk("/", {
    "GET /api/v1/me": () => Response.json(me),
    "POST /api/v1/password": () => Response.json(sampleMe()),
  });
  await waitFor(() => expect(desk.router.state.location.pathname).toBe("/change-password"));
  expect(desk.sockets).toHaveLength(0);
  await screen.findByText("Please set your own password");
  type("Current password", "first password");
  type("New password", "a much better one");
  type("New password again", "a much better one");
  fireEvent.click(screen.getByRole("button", { name: "Save the new password" }));
  await waitFor(() => expect(desk.router.state.location.pathname).toBe("/"));
  expect(desk.calls.find(({ operation }) => operation === "POST /api/v1/password")?.body).toEqual({
    current_password: "first password",
    new_password: "a much better one",
  });
});

describe("T1203: the mailed link", () => {
  afterEach(() => window.history.replaceState(null, "", "/"));

  it("hands its token to the server only, and the address forgets it", async () => {
    window.history.replaceState(null, "", "/reset-password#token=abc123");
    const desk = openDesk("/reset-password", {
      ...signedOut,
      "POST /api/v1/password/reset": () => Response.json({ done: true }),
    });
    await screen.findByRole("button", { name: "Save the new password" });
    expect(window.location.href).not.toContain("abc123");
    type("New password", "a much better one");
    type("New password again", "a much better one");
    fireEvent.click(screen.getByRole("button", { name: "Save the new password" }));
    expect(await screen.findByText("The password is changed")).toBeTruthy();
    expect(desk.calls.find(({ operation }) => operation === "POST /api/v1/password/reset")?.body).toEqual({
      token: "abc123",
      new_password: "a much better one",
    });
  });

  it("without a token leads to asking again", async () => {
    openDesk("/reset-password", signedOut);
    expect(await screen.findByText("The link is not complete")).toBeTruthy();
  });
});
