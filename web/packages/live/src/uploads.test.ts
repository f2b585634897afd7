import { ProblemError } from "@frontdesk/api-client/problem";
import { expect, it, vi } from "vitest";

import type { Attachment } from "./types";
import { Uploads, type UploadsOwner } from "./uploads";

const attachment = (name: string): Attachment => ({ id: `att_${name}`, name, media_type: "image/png", size: 3 });
const file = (name: string) => new File(["abc"], name, { type: "image/png" });

function uploads() {
  let keys = 0;
  const answers: { resolve: (attachment: Attachment) => void; reject: (error: unknown) => void }[] = [];
  const send = vi.fn<UploadsOwner["send"]>(() => new Promise((resolve, reject) => answers.push({ resolve, reject })));
  const uploaded = vi.fn<UploadsOwner["uploaded"]>();
  const all = new Uploads({ newKey: () => `key_${(keys += 1)}`, send, uploaded });
  return { all, send, uploaded, answers };
}

const settled = () => new Promise((done) => setTimeout(done, 0));

it("WORK-07: files of a session go one after the other, in the order they were chosen", async () => {
  const { all, send, uploaded, answers } = uploads();
  all.add("ses_1", [file("a.png"), file("b.png")]);
  all.add("ses_2", [file("c.png")]);
  expect(send.mock.calls.map(([item]) => item.file.name)).toEqual(["a.png", "c.png"]);
  answers[0]?.resolve(attachment("a.png"));
  await settled();
  expect(uploaded.mock.calls).toEqual([["ses_1", attachment("a.png")]]);
  expect(send.mock.calls.map(([item]) => item.file.name)).toEqual(["a.png", "c.png", "b.png"]);
});

it("WORK-09: a failed file waits, lets the next pass, and goes again under its key", async () => {
  const { all, send, answers } = uploads();
  all.add("ses_1", [file("a.png"), file("b.png")]);
  answers[0]?.reject(new ProblemError({ code: "file_too_large", class: "fatal", message: "", request_id: "r" }, 413));
  await settled();
  expect(all.items()[0]?.trouble?.code).toBe("file_too_large");
  answers[1]?.resolve(attachment("b.png"));
  await settled();
  all.sendAgain("key_1");
  expect(send.mock.calls.map(([item]) => item.id)).toEqual(["key_1", "key_2", "key_1"]);
  expect(all.items()[0]?.trouble).toBeUndefined();
});

it("a discarded file is stopped and never becomes a message", async () => {
  const { all, send, uploaded, answers } = uploads();
  all.add("ses_1", [file("a.png")]);
  const signal = send.mock.calls[0]?.[2];
  all.discard("key_1");
  expect(signal?.aborted).toBe(true);
  answers[0]?.resolve(attachment("a.png"));
  await settled();
  expect(uploaded).not.toHaveBeenCalled();
  expect(all.items()).toEqual([]);
});

it("progress is told", () => {
  const { all, send } = uploads();
  all.add("ses_1", [file("a.png")]);
  send.mock.calls[0]?.[1](0.5);
  expect(all.items()[0]?.progress).toBe(0.5);
});
